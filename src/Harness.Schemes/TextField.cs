namespace Harness.Schemes;

/// <summary>A text field of the wire formats: u16 length in bytes, big-endian ‖ UTF-8.</summary>
public static class TextField
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Gets the bytes of a text, preceded by its length.</summary>
    /// <param name="text">0 to 65,535 bytes of UTF-8.</param>
    /// <param name="what">The field's name in the message: "a topic".</param>
    /// <exception cref="ArgumentException">The text is longer, or holds half a surrogate pair.</exception>
    public static byte[] Encode(string text, string what)
    {
        var length = Strict.GetByteCount(text);
        if (length > ushort.MaxValue)
        {
            throw new ArgumentException($"{what} has at most 65,535 bytes, not {length}.", nameof(text));
        }

        var bytes = new byte[2 + length];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)length);
        Strict.GetBytes(text, bytes.AsSpan(2));
        return bytes;
    }

    /// <summary>Reads a text from the front of the rest of a message.</summary>
    /// <param name="rest">The rest of the message; where a text was read, the bytes after it.</param>
    /// <param name="text">The text; null where there is none.</param>
    /// <returns>False where the length or the text is cut, or the text is not UTF-8.</returns>
    public static bool TryTake(ref ReadOnlySpan<byte> rest, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (rest.Length < 2)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length < 2 + length)
        {
            return false;
        }

        try
        {
            text = Strict.GetString(rest.Slice(2, length));
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        rest = rest[(2 + length)..];
        return true;
    }
}
