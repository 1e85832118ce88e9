namespace Harness.Crypto;

/// <summary>HMAC-SHA-256 (RFC 2104), HKDF-SHA-256 (RFC 5869) and PBKDF2-HMAC-SHA-256 (RFC 8018 section 5.2), counted in SHA-256 blocks as the firmware counts them.</summary>
public static class KeyDerivation
{
    /// <summary>Bytes of an HMAC: 32.</summary>
    public const int MacSize = 32;

    private const int Block = 64;

    /// <summary>Computes an HMAC.</summary>
    /// <param name="key">Any length.</param>
    /// <param name="data">Any length.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] Hmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        CountHmac(data.Length);
        return HMACSHA256.HashData(key, data);
    }

    /// <summary>Derives a key by HKDF without salt, on pinned memory.</summary>
    /// <param name="key">Input keying material.</param>
    /// <param name="label">ASCII, the use of the key; the front of info.</param>
    /// <param name="context">The rest of info.</param>
    /// <param name="length">Bytes, at most 255·32.</param>
    /// <returns>The key; the caller clears it.</returns>
    public static byte[] Hkdf(ReadOnlySpan<byte> key, string label, ReadOnlySpan<byte> context, int length)
    {
        var name = Encoding.ASCII.GetBytes(label);
        byte[] info = [.. name, .. context];
        CountHmac(key.Length);
        for (var done = 0; done < length; done += MacSize)
        {
            CountHmac((done > 0 ? MacSize : 0) + info.Length + 1);
        }

        var output = GC.AllocateArray<byte>(length, pinned: true);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, output, salt: default, info);
        return output;
    }

    /// <summary>Derives 32 bytes of a password: Hi of RFC 5802, on pinned memory. It takes two SHA-256 blocks an iteration.</summary>
    /// <param name="password">Any length.</param>
    /// <param name="salt">Any length.</param>
    /// <param name="iterations">1 or more.</param>
    /// <returns>32 bytes; the caller clears them.</returns>
    public static byte[] Pbkdf2(ReadOnlySpan<byte> password, ReadOnlySpan<byte> salt, int iterations)
    {
        // Both padded keys are hashed once; the first iteration has salt and block number, each further one 32 bytes.
        OperationCounts.CountSha256Blocks(2 + ((salt.Length + 4 + 9 + Block - 1) / Block) + 1 + (2L * (iterations - 1)));
        var output = GC.AllocateArray<byte>(MacSize, pinned: true);
        Rfc2898DeriveBytes.Pbkdf2(password, salt, output, iterations, HashAlgorithmName.SHA256);
        return output;
    }

    /// <summary>The inner hash has the padded key before the data, the outer one the padded key and the inner hash.</summary>
    private static void CountHmac(int length) => OperationCounts.CountSha256Blocks(((Block + length + 9 + Block - 1) / Block) + 2);
}
