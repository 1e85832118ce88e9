namespace Harness.Record;

/// <summary>Reads text files that must be UTF-8: an invalid byte is refused with its line, never repaired.</summary>
public static class StrictUtf8
{
    /// <summary>Reads the whole text of a file, without a byte order mark. A file that begins with the mark of UTF-16 is read as UTF-16.</summary>
    /// <exception cref="NotUtf8Exception">A byte is not part of UTF-8 text.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string ReadFile(string path) => Decode(File.ReadAllBytes(path));

    /// <summary>Decodes the whole content of a text file, as <see cref="ReadFile"/> does.</summary>
    /// <exception cref="NotUtf8Exception">A byte is not part of UTF-8 text.</exception>
    public static string Decode(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        // The mark of UTF-16, as editors on Windows write it.
        if (bytes is [0xff, 0xfe, ..] or [0xfe, 0xff, ..])
        {
            return Decode(new UnicodeEncoding(bigEndian: bytes[0] == 0xfe, byteOrderMark: false, throwOnInvalidBytes: true), bytes.AsSpan(2));
        }

        return Decode(new UTF8Encoding(false, throwOnInvalidBytes: true), bytes is [0xef, 0xbb, 0xbf, ..] ? bytes.AsSpan(3) : bytes);
    }

    private static string Decode(Encoding encoding, ReadOnlySpan<byte> text)
    {
        try
        {
            return encoding.GetString(text);
        }
        catch (DecoderFallbackException e)
        {
            var at = Math.Clamp(e.Index, 0, text.Length - 1);
            var before = encoding.GetString(text[..at]);
            throw new NotUtf8Exception(before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'), text[at], e);
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

    /// <summary>The byte.</summary>
    public byte Value { get; } = value;

    /// <summary>Gets the command that converts the file to UTF-8.</summary>
    /// <param name="path">The file.</param>
    public static string NextCommand(string path) => $"iconv -f LATIN1 -t UTF-8 {ShellWord.Quote(path)} -o {ShellWord.Quote(path + ".utf8")}";
}
