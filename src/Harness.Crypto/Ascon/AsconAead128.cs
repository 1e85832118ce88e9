namespace Harness.Crypto.Ascon;

/// <summary>Ascon-AEAD128 as NIST SP 800-232 (August 2025) defines it: little-endian words, 16-byte rate, 12 and 8 rounds. Ascon v1.2 differs.</summary>
/// <remarks>Constant time: fixed sequences of word operations. One call counts as one cipher call, and each permutation as one cipher block.</remarks>
public static class AsconAead128
{
    /// <summary>Bytes of a key: 16.</summary>
    public const int KeySize = 16;

    /// <summary>Bytes of a nonce: 16.</summary>
    public const int NonceSize = 16;

    /// <summary>Bytes of a tag: 16.</summary>
    public const int TagSize = 16;

    private const ulong InitialValue = 0x00001000808C0001; // SP 800-232, table 15
    private const int Rate = 16;
    private const int OuterRounds = 12;
    private const int InnerRounds = 8;

    /// <summary>Encrypts and authenticates.</summary>
    /// <param name="key">16 bytes.</param>
    /// <param name="nonce">16 bytes, never twice under one key.</param>
    /// <param name="associatedData">Authenticated, not encrypted; any length.</param>
    /// <param name="plaintext">Any length.</param>
    /// <returns>Ciphertext of the plaintext's length, then the tag.</returns>
    /// <exception cref="ArgumentException">A key or nonce of another size.</exception>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        var state = Start(key, nonce, associatedData);
        var sealedBytes = new byte[plaintext.Length + TagSize];
        var output = sealedBytes.AsSpan();
        for (; plaintext.Length >= Rate; plaintext = plaintext[Rate..], output = output[Rate..])
        {
            state.X0 ^= BinaryPrimitives.ReadUInt64LittleEndian(plaintext);
            state.X1 ^= BinaryPrimitives.ReadUInt64LittleEndian(plaintext[8..]);
            BinaryPrimitives.WriteUInt64LittleEndian(output, state.X0);
            BinaryPrimitives.WriteUInt64LittleEndian(output[8..], state.X1);
            state.Permute(InnerRounds);
        }

        Span<byte> last = stackalloc byte[Rate];
        Pad(plaintext, last);
        state.Absorb(last);
        state.Rate(last);
        last[..plaintext.Length].CopyTo(output);
        End(ref state, key, output[plaintext.Length..]);
        CryptographicOperations.ZeroMemory(last);
        return sealedBytes;
    }

    /// <summary>Verifies and decrypts; the tag is compared in constant time.</summary>
    /// <param name="key">16 bytes.</param>
    /// <param name="nonce">16 bytes.</param>
    /// <param name="associatedData">As sealed.</param>
    /// <param name="sealedBytes">The output of <see cref="Seal"/>.</param>
    /// <param name="plaintext">The plaintext, or null when false: what was decrypted is cleared then.</param>
    /// <returns>False where the input is shorter than a tag, or the tag is wrong.</returns>
    /// <exception cref="ArgumentException">A key or nonce of another size.</exception>
    public static bool TryOpen(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> sealedBytes,
        [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        if (sealedBytes.Length < TagSize)
        {
            return false;
        }

        var state = Start(key, nonce, associatedData);
        var ciphertext = sealedBytes[..^TagSize];
        var opened = new byte[ciphertext.Length];
        var output = opened.AsSpan();
        for (; ciphertext.Length >= Rate; ciphertext = ciphertext[Rate..], output = output[Rate..])
        {
            var (c0, c1) = (BinaryPrimitives.ReadUInt64LittleEndian(ciphertext), BinaryPrimitives.ReadUInt64LittleEndian(ciphertext[8..]));
            BinaryPrimitives.WriteUInt64LittleEndian(output, state.X0 ^ c0);
            BinaryPrimitives.WriteUInt64LittleEndian(output[8..], state.X1 ^ c1);
            (state.X0, state.X1) = (c0, c1);
            state.Permute(InnerRounds);
        }

        Span<byte> last = stackalloc byte[Rate];
        state.Rate(last);
        for (var i = 0; i < ciphertext.Length; i++)
        {
            output[i] = (byte)(last[i] ^ ciphertext[i]);
        }

        Pad(output, last);
        state.Absorb(last);
        CryptographicOperations.ZeroMemory(last);
        Span<byte> tag = stackalloc byte[TagSize];
        End(ref state, key, tag);
        if (!CryptographicOperations.FixedTimeEquals(tag, sealedBytes[^TagSize..]))
        {
            CryptographicOperations.ZeroMemory(opened);
            return false;
        }

        plaintext = opened;
        return true;
    }

    private static AsconState Start(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData)
    {
        if (key.Length != KeySize || nonce.Length != NonceSize)
        {
            throw new ArgumentException($"Ascon-AEAD128 takes a key of {KeySize} and a nonce of {NonceSize} bytes, not {key.Length} and {nonce.Length}.", nameof(key));
        }

        OperationCounts.CountCipher();
        var (k0, k1) = (BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));
        var state = new AsconState
        {
            X0 = InitialValue,
            X1 = k0,
            X2 = k1,
            X3 = BinaryPrimitives.ReadUInt64LittleEndian(nonce),
            X4 = BinaryPrimitives.ReadUInt64LittleEndian(nonce[8..]),
        };
        state.Permute(OuterRounds);
        state.X3 ^= k0;
        state.X4 ^= k1;
        if (!associatedData.IsEmpty)
        {
            for (; associatedData.Length >= Rate; associatedData = associatedData[Rate..])
            {
                state.Absorb(associatedData);
                state.Permute(InnerRounds);
            }

            Span<byte> last = stackalloc byte[Rate];
            Pad(associatedData, last);
            state.Absorb(last);
            state.Permute(InnerRounds);
        }

        // Separates associated data from plaintext.
        state.X4 ^= 1UL << 63;
        return state;
    }

    private static void End(ref AsconState state, ReadOnlySpan<byte> key, Span<byte> tag)
    {
        var (k0, k1) = (BinaryPrimitives.ReadUInt64LittleEndian(key), BinaryPrimitives.ReadUInt64LittleEndian(key[8..]));
        state.X2 ^= k0;
        state.X3 ^= k1;
        state.Permute(OuterRounds);
        BinaryPrimitives.WriteUInt64LittleEndian(tag, state.X3 ^ k0);
        BinaryPrimitives.WriteUInt64LittleEndian(tag[8..], state.X4 ^ k1);
        state = default;
    }

    private static void Pad(ReadOnlySpan<byte> part, Span<byte> block)
    {
        block.Clear();
        part.CopyTo(block);
        block[part.Length] = 1;
    }
}
