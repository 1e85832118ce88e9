namespace Harness.Bench.Protocol;

/// <summary>One parsed reply line: <c>SEQ OK key=value ... t=TICKS *CRC</c> or <c>SEQ ERR CODE words *CRC</c>.</summary>
public sealed class BoardReply
{
    private readonly Dictionary<string, string> _values = [];

    private BoardReply(int seq, bool isOk, string code, string words) => (Seq, IsOk, Code, Description) = (seq, isOk, code, words);

    /// <summary>SEQ of the request it answers; 0 if the board could not read one.</summary>
    public int Seq { get; }

    /// <summary>True for OK, false for ERR.</summary>
    public bool IsOk { get; }

    /// <summary>The error code; empty on OK.</summary>
    public string Code { get; }

    /// <summary>The text after the error code; empty on OK.</summary>
    public string Description { get; }

    /// <summary>The values of an OK reply.</summary>
    public IReadOnlyDictionary<string, string> Values => _values;

    /// <summary>Duration of the operation in the board's ticks; null if the reply has none.</summary>
    public long? Ticks =>
        _values.TryGetValue("t", out var t) && long.TryParse(t, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) ? ticks : null;

    /// <summary>Parses a line.</summary>
    /// <param name="line">The bytes without a line end.</param>
    /// <param name="reply">The reply.</param>
    /// <returns>False if the line is no reply or its checksum is wrong.</returns>
    public static bool TryParse(ReadOnlySpan<byte> line, out BoardReply? reply)
    {
        reply = null;
        if (!Crc16.TryStrip(line, out var body) || body.IndexOfAnyExceptInRange((byte)' ', (byte)'~') >= 0)
        {
            return false;
        }

        var parts = Encoding.ASCII.GetString(body).Split(' ', 3);
        if (parts.Length < 2 || !ushort.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            || (parts[0].Length > 1 && parts[0][0] == '0'))
        {
            return false;
        }

        var rest = parts.Length > 2 ? parts[2] : "";
        if (parts[1] == "ERR" && rest.Length > 0)
        {
            var words = rest.Split(' ', 2);
            reply = new BoardReply(seq, false, words[0], words.Length > 1 ? words[1] : "");
            return true;
        }

        if (parts[1] != "OK")
        {
            return false;
        }

        var ok = new BoardReply(seq, true, "", "");
        foreach (var word in rest.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=');
            if (equals <= 0 || !ok._values.TryAdd(word[..equals], word[(equals + 1)..]))
            {
                return false;
            }
        }

        reply = ok;
        return true;
    }
}
