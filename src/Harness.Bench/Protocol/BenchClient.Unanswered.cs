namespace Harness.Bench.Protocol;

/// <content>The error for a board that did not answer: how much came, how it ended, and which other programs read the port.</content>
public sealed partial class BenchClient
{
    // Longer than any board or adapter pauses within a line, shorter than a wait for a reply.
    private static readonly TimeSpan Arriving = TimeSpan.FromSeconds(1);

    // Longer than any board's reply; more text than that is not a slow reply.
    private const int MaximumReply = 8192;

    /// <summary>True if a reply to this request has begun and its bytes still arrive.</summary>
    private bool IsArriving(int seq) => _reader.Unfinished is var (bytes, quiet) && quiet < Arriving && Begins(bytes, seq);

    private BoardException Unanswered(string verb, int seq, TimeSpan each, int attempts, long started, SkippedLines seen)
    {
        var (unfinished, quiet) = _reader.Unfinished;
        var setting = verb == "ID" ? "boot: of timeouts" : _options.HasOwnReply ? $"reply: of {_options.Board}" : "reply: of timeouts";
        var whole = verb == "ID" ? _options.Boot : each;
        var raise = _options.RigFile is { } rig ? $"${{EDITOR:-nano}} {ShellWord.Quote(rig)} (raise {setting})" : _options.NextCommand;
        if (quiet < Arriving && (Begins(unfinished, seq) || (seen.Count == 0 && IsText(unfinished))) && !BoardReply.TryParse(unfinished, out _))
        {
            return new BoardLateException(_options.Board, verb, attempts, whole, setting, unfinished.Length, raise);
        }

        var others = _options.OtherReaders?.Invoke() ?? [];
        var also = others.Count == 0 ? "" : $"; the port is also open in {string.Join(", ", others)}, which can take what the board says";
        var next = others.Count == 0 ? _options.NextCommand : $"ps -fp {string.Join(',', others.Select(h => h.ProcessId))}";
        if (seen.Count > 0)
        {
            return new BoardGarbageException(_options.Board, verb, attempts, seen.Count, seen.Last, next, also);
        }

        var loose = _reader.BytesSeen - seen.BytesBefore;
        return unfinished.Length > 0
            ? new BoardGarbageException(_options.Board, verb, attempts, 0, Unended(unfinished, quiet, whole, setting), next, also)
            : loose > 0
            ? new BoardGarbageException(_options.Board, verb, attempts, 0, $"{loose} bytes, none of them a reply to it,", next, also)
            : new BoardSilentException(_options.Board, verb, attempts, _options.Time.GetElapsedTime(started), next, also);
    }

    private static string Unended(byte[] unfinished, TimeSpan quiet, TimeSpan whole, string setting)
    {
        var last = SkippedLines.Sample(unfinished);
        return EndsWithChecksum(unfinished)
            ? $"replies without a line end (CR, LF or CRLF): {last}"
            : unfinished.AsSpan().IndexOf(" OK "u8) < 0 && unfinished.AsSpan().IndexOf(" ERR "u8) < 0
            ? $"{unfinished.Length} bytes that end no line: {last}"
            : $"the beginning of a reply and then nothing for {quiet.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s (its end is lost, or "
                + $"{whole.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture)} s are too short: {setting}): {last}";
    }

    private static bool EndsWithChecksum(ReadOnlySpan<byte> line) => line.Length > 6 && line[^6..].StartsWith(" *"u8) && !line[^4..].ContainsAnyExcept("0123456789abcdef"u8);

    private static bool IsText(ReadOnlySpan<byte> line) => line.Length is > 0 and <= MaximumReply && line.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;

    private static bool Begins(byte[] line, int seq) =>
        line.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{seq} OK ")) >= 0 || line.AsSpan().IndexOf(Encoding.ASCII.GetBytes($"{seq} ERR ")) >= 0;
}
