using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Harness.Crypto;

namespace Harness.Bench;

/// <summary>Arguments of the bench protocol, as they stand on the line.</summary>
internal static class BoardWords
{
    private const int MaximumName = 64;

    public static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    public static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexStringLower(bytes.Span);

    public static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);

    /// <summary>A name outside 1 to 64 bytes is the caller's slip, on every kind of party.</summary>
    public static string Name(string name) => Limited(name, "name");

    /// <summary>As <see cref="Name"/>, of a topic.</summary>
    public static string Topic(string topic) => Limited(topic, "topic");

    /// <summary>A word from a feature must not smuggle another argument into the line.</summary>
    public static string Word(string word) => word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
        ? word : throw new ArgumentException($"\"{word}\" is no word of the bench protocol", nameof(word));

    /// <summary>The board takes bytes; which bytes a password is, is settled here as on every other side (design.md section 6).</summary>
    public static string Password(string password)
    {
        var prepared = Harness.Crypto.Password.Prepare(password);
        var hex = Convert.ToHexStringLower(prepared);
        CryptographicOperations.ZeroMemory(prepared);
        return prepared.Length is >= 1 and <= MaximumName
            ? hex : throw new ArgumentException($"a password has 1 to {MaximumName} bytes, this has {prepared.Length}", nameof(password));
    }

    private static string Limited(string text, string what) => Encoding.UTF8.GetByteCount(text) is >= 1 and <= MaximumName
        ? Hex(text) : throw new ArgumentException($"a {what} has 1 to {MaximumName} bytes, \"{text}\" has {Encoding.UTF8.GetByteCount(text)}", nameof(text));
}
