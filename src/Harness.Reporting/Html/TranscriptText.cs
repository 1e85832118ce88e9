using System.Buffers;

namespace Harness.Reporting.Html;

/// <summary>A transcript of a serial line as text: bytes that are no UTF-8 are shown as <c>\xff</c>, long lines and long files are cut, and that is said.</summary>
internal static class TranscriptText
{
    private const int LongestLine = 240;

    /// <summary>Reads a transcript.</summary>
    /// <param name="file">The file; only as much as is shown is read.</param>
    /// <param name="longest">The number of bytes read.</param>
    public static string Read(Stream file, int longest)
    {
        var bytes = new byte[longest];
        var length = file.ReadAtLeast(bytes, longest, throwOnEndOfStream: false);
        var text = new StringBuilder(length);
        foreach (var line in Decode(bytes.AsSpan(0, length)).Split('\n'))
        {
            text.Append(HtmlText.Cut(line.TrimEnd('\r'), LongestLine)).Append('\n');
        }

        if (file.Length > length)
        {
            text.Append(CultureInfo.InvariantCulture, $"... the first {length:N0} of {file.Length:N0} bytes; the rest is in the file\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> chars = stackalloc char[2];
        while (bytes.Length > 0)
        {
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var used) == OperationStatus.Done)
            {
                text.Append(chars[..rune.EncodeToUtf16(chars)]);
            }
            else
            {
                foreach (var b in bytes[..used])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\x{b:x2}");
                }
            }

            bytes = bytes[used..];
        }

        return text.ToString();
    }
}
