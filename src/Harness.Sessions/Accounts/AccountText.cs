using System.Text.Unicode;

namespace Harness.Sessions.Accounts;

/// <summary>Bytes of an account file as text: UTF-8 alone, for a name that was repaired in reading is another name.</summary>
internal static class AccountText
{
    /// <summary>Reads bytes; a byte order mark at the start is passed over.</summary>
    /// <exception cref="AccountFileException">They are no UTF-8; with line and column of the first that is not.</exception>
    public static string Decode(ReadOnlySpan<byte> bytes, string path)
    {
        bytes = bytes.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : throw Refused(bytes, path);
    }

    private static AccountFileException Refused(ReadOnlySpan<byte> bytes, string path)
    {
        var (line, column) = (1, 1);
        while (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done)
        {
            (line, column) = rune.Value == '\n' ? (line + 1, 1) : (line, column + 1);
            bytes = bytes[length..];
        }

        return new AccountFileException(
            path, line, column, "not UTF-8", "text in UTF-8", $"the byte 0x{bytes[0]:x2}", null, $"file {EnrollLine.Word(path)}, and iconv -f LATIN1 -t UTF-8 where it is Latin-1");
    }
}
