using System.Text.RegularExpressions;

namespace Harness.Bench.Protocol;

/// <summary>Removes secrets from protocol lines before they are written (rigs/firmware/PROTOCOL.md).</summary>
public static partial class Redaction
{
    private const int MaximumShown = 4096;

    /// <summary>
    /// Redacts a protocol line: the values of <c>pw seed key x y W ikm token sasl</c>, and <c>data</c> of a key put in by tests, become
    /// <c>&lt;redacted n&gt;</c> (n bytes). The checksum of such a line is removed too: its 16 bits would help to guess a password.
    /// </summary>
    public static string Line(ReadOnlySpan<byte> bytes)
    {
        var line = Printable(bytes);
        var clean = Secrets().Replace(line, Hide);
        if (RawKey().IsMatch(line) && KeyPut().IsMatch(line))
        {
            clean = Data().Replace(clean, Hide);
        }

        if (clean != line)
        {
            clean = Checksum().Replace(clean, " *----");
        }

        return clean.Length <= MaximumShown ? clean : $"{clean[..MaximumShown]}... ({bytes.Length} bytes)";
    }

    /// <summary>
    /// Redacts a line that is no reply. A mangled echo of a request could carry its password under another key,
    /// so every run of hex digits longer than a fingerprint is removed.
    /// </summary>
    public static string Garbage(ReadOnlySpan<byte> bytes)
    {
        var line = LongHex().Replace(Line(bytes), m => $"<redacted {(m.Length + 1) / 2}>");
        return line.Length <= 200 ? line : $"{line[..200]}... ({bytes.Length} bytes)";
    }

    private static string Hide(Match m) => $"{m.Groups[1].Value}=<redacted {(m.Groups[2].Length + 1) / 2}>";

    private static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
        {
            _ = b is >= 0x20 and < 0x7F ? text.Append((char)b) : text.Append($"\\x{b:x2}");
        }

        return text.ToString();
    }

    [GeneratedRegex(@"(?<![A-Za-z0-9_.])((?i:pw|seed|key|ikm|token|sasl)|[xyW])=([^ ]*)", RegexOptions.CultureInvariant)]
    private static partial Regex Secrets();

    [GeneratedRegex(@"(?<![A-Za-z0-9_.])(data)=([^ ]*)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Data();

    [GeneratedRegex(@"KEY\.PUT", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex KeyPut();

    [GeneratedRegex(@"kind=(?!wrap( |$))", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex RawKey();

    [GeneratedRegex(@" \*[0-9A-Za-z]{4}(?=$|\\x)", RegexOptions.CultureInvariant)]
    private static partial Regex Checksum();

    [GeneratedRegex(@"[0-9A-Fa-f]{17,}", RegexOptions.CultureInvariant)]
    private static partial Regex LongHex();
}
