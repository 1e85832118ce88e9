namespace Harness.Schemes.Scram;

/// <summary>The syntax of SCRAM messages (RFC 5802 section 7): attributes of one letter, separated by commas.</summary>
public static class ScramText
{
    /// <summary>Most bytes of a message.</summary>
    public const int MaximumLength = 1024;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Reads bytes as text.</summary>
    /// <returns>False for more bytes than <see cref="MaximumLength"/>, bytes that are no UTF-8, and U+0000.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (bytes.Length > MaximumLength || bytes.Contains((byte)0))
        {
            return false;
        }

        try
        {
            text = Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>Splits a message into attributes that must begin with given letters; optional extensions may follow them.</summary>
    /// <param name="text">The message.</param>
    /// <param name="letters">The letters, in order.</param>
    /// <param name="values">The values of those letters, and after them the extensions as they stand.</param>
    /// <returns>False where an attribute is missing or malformed. An extension that must be known stands in front, and so is refused.</returns>
    public static bool TrySplit(string text, string letters, [NotNullWhen(true)] out string[]? values)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(letters);
        values = null;
        var parts = text.Split(',');
        if (parts.Length < letters.Length)
        {
            return false;
        }

        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length < 2 || parts[i][1] != '=' || !(i < letters.Length ? parts[i][0] == letters[i] : char.IsAsciiLetter(parts[i][0])))
            {
                return false;
            }

            parts[i] = i < letters.Length ? parts[i][2..] : parts[i];
        }

        values = parts;
        return true;
    }

    /// <summary>True for a nonce: printable ASCII without comma, one character or more.</summary>
    public static bool IsNonce(string text) => !string.IsNullOrEmpty(text) && text.All(c => c is > ' ' and < '\x7f' and not ',');

    /// <summary>Reads base64 in its only spelling (RFC 4648 section 4).</summary>
    public static bool TryBase64(string text, [NotNullWhen(true)] out byte[]? bytes)
    {
        ArgumentNullException.ThrowIfNull(text);
        var buffer = new byte[(text.Length / 4 * 3) + 3];
        bytes = Convert.TryFromBase64String(text, buffer, out var length) && Convert.ToBase64String(buffer, 0, length) == text ? buffer[..length] : null;
        return bytes is not null;
    }

    /// <summary>Writes a name: <c>,</c> as <c>=2C</c>, <c>=</c> as <c>=3D</c>.</summary>
    public static string Escape(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Replace("=", "=3D", StringComparison.Ordinal).Replace(",", "=2C", StringComparison.Ordinal);
    }

    /// <summary>Reads a name.</summary>
    /// <returns>False where it is empty or has a <c>=</c> that begins no escape.</returns>
    public static bool TryUnescape(string text, [NotNullWhen(true)] out string? name)
    {
        ArgumentNullException.ThrowIfNull(text);
        name = text.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
        if (text.Length == 0 || Escape(name) != text)
        {
            name = null;
        }

        return name is not null;
    }
}
