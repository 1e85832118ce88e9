using System.Text;

namespace Harness.Record;

/// <summary>Reads text files that must be UTF-8: an invalid byte is refused with its line, never repaired.</summary>
public static class StrictUtf8
{
    /// <summary>Reads the whole text of a file, without a byte order mark. A file that begins with the mark of UTF-16 is read as UTF-16.</summary>
    /// <exception cref="NotUtf8Exception">A byte is not part of UTF-8 text.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string ReadFile(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
        {
            return new StreamReader(new MemoryStream(bytes), detectEncodingFromByteOrderMarks: true).ReadToEnd();
        }

        var text = bytes is [0xef, 0xbb, 0xbf, ..] ? bytes.AsSpan(3) : bytes;
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            var at = Math.Clamp(e.Index, 0, text.Length - 1);
            var start = text[..at].LastIndexOf((byte)'\n') + 1;
            throw new NotUtf8Exception(text[..at].Count((byte)'\n') + 1, Encoding.UTF8.GetCharCount(text[start..at]) + 1, text[at], e);
        }
    }
}

/// <summary>A text file that is not UTF-8.</summary>
/// <param name="line">Line of the first wrong byte, from 1.</param>
/// <param name="column">Column of that byte, from 1.</param>
/// <param name="value">The byte.</param>
/// <param name="inner">The decoder's own error.</param>
public sealed class NotUtf8Exception(int line, int column, byte value, Exception? inner = null)
    : Exception($"is not UTF-8 text: the byte 0x{value:x2} belongs to another encoding (Latin-1?)", inner)
{
    /// <summary>Line of the first wrong byte, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column of that byte in characters, from 1.</summary>
    public int Column { get; } = column;

    /// <summary>Gets the command that converts the file to UTF-8.</summary>
    /// <param name="path">The file.</param>
    public static string NextCommand(string path) => $"iconv -f LATIN1 -t UTF-8 {ShellWord.Quote(path)} -o {ShellWord.Quote(path + ".utf8")}";
}
