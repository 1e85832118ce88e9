namespace Harness.Schemes.Esfahani;

/// <summary>The equations of Esfahani et al. 2019, as a third party's program has them; h is SHA-256, every value has 32 bytes.</summary>
/// <remarks>
/// That an identity is a client's name in UTF-8, filled up with zero bytes, and that sizes are 32 bytes, is our reading. The messages are lines of values one after
/// another: 1 is M1 ‖ AID_i ‖ M2 ‖ f3, 2 is M1' ‖ AID_j ‖ M2', 3 is M1''.
/// </remarks>
public static class EsfahaniFormulas
{
    /// <summary>Bytes of each value.</summary>
    public const int Size = 32;

    /// <summary>Bytes of message 1, sensor to router.</summary>
    public const int FirstLength = 4 * Size;

    /// <summary>Bytes of message 2, router to sensor.</summary>
    public const int SecondLength = 3 * Size;

    /// <summary>Bytes of message 3, sensor to router.</summary>
    public const int ThirdLength = Size;

    /// <summary>h of values one after another.</summary>
    public static byte[] H(params ReadOnlySpan<byte[]> values)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in values)
        {
            hash.AppendData(value);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The exclusive or of two values.</summary>
    public static byte[] Xor(byte[] one, byte[] other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return one.Length == other.Length
            ? [.. one.Zip(other, (a, b) => (byte)(a ^ b))]
            : throw new ArgumentException($"{one.Length} and {other.Length} bytes have no exclusive or", nameof(other));
    }

    /// <summary>The identity of a client.</summary>
    /// <param name="client">1 to 32 bytes of UTF-8 without U+0000.</param>
    /// <exception cref="ArgumentException">It is shorter or longer, or has a U+0000.</exception>
    public static byte[] Identity(string client)
    {
        ArgumentNullException.ThrowIfNull(client);
        var name = Encoding.UTF8.GetBytes(client);
        if (name.Length is 0 or > Size || name.Contains((byte)0))
        {
            throw new ArgumentException($"a name of esfahani-2019 has 1 to {Size} bytes of UTF-8 and no U+0000; this one has {name.Length}", nameof(client));
        }

        Array.Resize(ref name, Size);
        return name;
    }

    /// <summary>The client of an identity.</summary>
    /// <returns>Null where no client has it.</returns>
    public static string? Client(byte[] identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var length = identity.AsSpan().TrimEnd((byte)0).Length;
        if (identity.Length != Size || length == 0 || identity.AsSpan(0, length).Contains((byte)0))
        {
            return null;
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(identity, 0, length);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A value of a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="index">Its place, from 0.</param>
    public static byte[] Value(ReadOnlySpan<byte> message, int index) => message.Slice(index * Size, Size).ToArray();
}
