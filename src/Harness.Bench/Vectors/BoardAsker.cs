namespace Harness.Bench.Vectors;

/// <summary>
/// Sends the requests of one case to a board: an ERR is a difference, a line too long for the board is a reason not to run; a broken line is thrown
/// as a rig error.
/// </summary>
internal sealed class BoardAsker(SerialParty board)
{
    private const int FrameBytes = 11; // SEQ of 5 digits, " *CRC" of 6
    private const int ShownCharacters = 16;

    /// <summary>Sends a request; null if the board did not answer OK, which the check has recorded.</summary>
    public async ValueTask<BoardReply?> AskAsync(
        CaseCheck check, string field, string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        if (!Fits(check, verb, arguments))
        {
            return null;
        }

        var (reply, error) = await TryAsync(verb, arguments, cancellationToken).ConfigureAwait(false);
        if (reply is null)
        {
            check.Differ(field, Step(verb, arguments), "OK", error!);
        }

        return reply;
    }

    /// <summary>Sends a request; true if the board answered OK.</summary>
    public async ValueTask<bool> OkAsync(
        CaseCheck check, string field, string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken) =>
        await AskAsync(check, field, verb, arguments, cancellationToken).ConfigureAwait(false) is not null;

    /// <summary>Sends a request and reads bytes from the reply; null if it has none.</summary>
    public async ValueTask<byte[]?> BytesAsync(
        CaseCheck check, string field, string verb, string key, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken) =>
        await AskAsync(check, field, verb, arguments, cancellationToken).ConfigureAwait(false) is { } reply ? Bytes(check, field, verb, key, reply) : null;

    /// <summary>Sends a request and reads a value from the reply; null if it has none.</summary>
    public async ValueTask<string?> TextAsync(
        CaseCheck check, string field, string verb, string key, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken) =>
        await AskAsync(check, field, verb, arguments, cancellationToken).ConfigureAwait(false) is { } reply ? Text(check, field, verb, key, reply) : null;

    /// <summary>Reads bytes from a reply; null if it has none.</summary>
    public byte[]? Bytes(CaseCheck check, string field, string step, string key, BoardReply reply)
    {
        if (Text(check, field, step, key, reply) is not { } text)
        {
            return null;
        }

        try
        {
            return Convert.FromHexString(text);
        }
        catch (FormatException)
        {
            check.Differ(field, step, $"hex in {key}=", $"{text.Length} characters that are not");
            return null;
        }
    }

    /// <summary>Sends a request that the board must refuse with the given error.</summary>
    public async ValueTask RefusedAsync(
        CaseCheck check, string field, string verb, string code, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        if (!Fits(check, verb, arguments))
        {
            return;
        }

        var (reply, error) = await TryAsync(verb, arguments, cancellationToken).ConfigureAwait(false);
        check.Holds(field, verb, reply is null && error!.Split(' ')[1] == code, $"ERR {code}", error ?? $"OK {string.Join(' ', reply!.Values.Keys.Where(k => k != "t").Select(k => k + "="))}".TrimEnd());
    }

    private async ValueTask<(BoardReply? Reply, string? Error)> TryAsync(
        string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken)
    {
        try
        {
            return (await board.AskAsync(verb, arguments, cancellationToken).ConfigureAwait(false), null);
        }
        catch (PartyRefusedException e)
        {
            return (null, $"ERR {e.Code}");
        }
        catch (BoardErrorException error)
        {
            return (null, error.Seen);
        }
    }

    private bool Fits(CaseCheck check, string verb, IReadOnlyList<(string Key, string Value)> arguments)
    {
        var bytes = FrameBytes + 1 + verb.Length + arguments.Sum(a => a.Key.Length + a.Value.Length + 2);
        if (bytes > board.Info.Line)
        {
            check.CannotRun($"{verb} of {bytes} bytes: ID says line={board.Info.Line}");
        }

        return bytes <= board.Info.Line;
    }

    private static string? Text(CaseCheck check, string field, string step, string key, BoardReply reply)
    {
        if (reply.Values.TryGetValue(key, out var text))
        {
            return key != "fp" || text.Length <= ShownCharacters ? text : text[..ShownCharacters] + "...";
        }

        check.Differ(field, step, $"{key}= in the reply", "a reply without it");
        return null;
    }

    private static string Step(string verb, IReadOnlyList<(string Key, string Value)> arguments) =>
        arguments.FirstOrDefault(a => a.Key is "kind" or "mode") is { Key: { } key } kind ? $"{verb} {key}={kind.Value}" : verb;
}
