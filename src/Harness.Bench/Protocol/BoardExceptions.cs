namespace Harness.Bench.Protocol;

/// <summary>A violation of the bench protocol by a board or its line. Never a refusal: the rig is at fault, or cannot be judged.</summary>
public abstract class BoardException : RigErrorException
{
    private protected BoardException(string item, string board, string expected, string seen, string nextCommand, Exception? inner = null)
        : base(item, expected, seen, nextCommand: nextCommand, inner: inner) => Board = board;

    /// <summary>The device's name in the rig.</summary>
    public string Board { get; }

    private protected static string Tries(int attempts) => $"{attempts} {(attempts == 1 ? "try" : "tries")}";
}

/// <summary>The board answered <c>ERR CODE words</c>.</summary>
public sealed class BoardErrorException(string board, string verb, string code, string words)
    : BoardException($"{verb} of {board}", board, $"OK to {verb}", $"ERR {code}{(words.Length == 0 ? "" : " " + words)}", $"picocom -b 115200 on the port of {board}, then type: DEBUG on")
{
    /// <summary>The verb of the request.</summary>
    public string Verb { get; } = verb;

    /// <summary>The code, for example <c>BAD-ELEMENT</c>.</summary>
    public string Code { get; } = code;

    /// <summary>The text after the code.</summary>
    public string Description { get; } = words;
}

/// <summary>Thrown when nothing came back.</summary>
public sealed class BoardSilentException(string board, string verb, int attempts, TimeSpan waited, string nextCommand, string others = "")
    : BoardException($"link of {board} ({verb})", board, $"a reply to {verb}", $"nothing in {waited.TotalSeconds:0.0} s after {Tries(attempts)}{others}", nextCommand)
{
    /// <summary>The number of times the line was sent.</summary>
    public int Attempts { get; } = attempts;
}

/// <summary>Thrown when a reply was still arriving at the time-out: the board works, and the rig's time-out is too short.</summary>
public sealed class BoardLateException(string board, string verb, int attempts, TimeSpan each, string setting, int bytes, string nextCommand)
    : BoardException(
        $"{verb} of {board}", board, $"a whole reply to {verb} in {each.TotalSeconds:0.###} s ({setting})",
        $"one that was still arriving when the time was up, {bytes} bytes so far, after {Tries(attempts)}", nextCommand);

/// <summary>Thrown when only lines that are no replies came back.</summary>
public sealed class BoardGarbageException(string board, string verb, int attempts, int lines, string last, string nextCommand, string others = "")
    : BoardException(
        $"link of {board} ({verb})", board, $"a reply to {verb}",
        (lines == 0 ? $"{last} after {Tries(attempts)}" : $"{lines} {(lines == 1 ? "line that is" : "lines that are")} no reply to it after {Tries(attempts)}, the last: {last}") + others,
        nextCommand)
{
    /// <summary>The number of lines skipped.</summary>
    public int Lines { get; } = lines;
}

/// <summary>Thrown when the line ended: the board was unplugged, or the emulator is gone.</summary>
public sealed class BoardVanishedException(string board, string verb, string detail, string nextCommand, Exception? inner = null)
    : BoardException($"link of {board} ({verb})", board, $"a reply to {verb}", detail, nextCommand, inner);

/// <summary>Thrown when the board answers but has lost its state: it lost its power or was reset by something other than the harness.</summary>
public sealed class BoardRestartedException(string board, string verb, string code, string nextCommand)
    : BoardException($"{verb} of {board}", board, $"{verb} by the board that was set up", $"ERR {code} from one that restarted by itself since", nextCommand);

/// <summary>Thrown for a board that answers but is not what the rig needs: other firmware, another protocol, a reply without its values.</summary>
public sealed class BoardMismatchException(string board, string expected, string seen, string nextCommand)
    : BoardException($"answer of {board}", board, expected, seen, nextCommand);
