namespace Harness.Crypto.Aes;

/// <summary>AES-128-GCM (NIST SP 800-38D) with a 12-byte nonce and a 16-byte tag, counted as the papers count.</summary>
/// <remarks>
/// The cipher is the platform's. One call counts as one cipher call (T_ed) and as ceil(length/16) + 2 cipher blocks: the hash key
/// E(K, 0), the mask of the tag, and one block for each 16 bytes begun. The firmware counts alike.
/// </remarks>
public static class AesGcm128
{
    /// <summary>Bytes of a key: 16.</summary>
    public const int KeySize = 16;

    /// <summary>Bytes of a nonce: 12.</summary>
    public const int NonceSize = 12;

    /// <summary>Bytes of a tag: 16.</summary>
    public const int TagSize = 16;

    /// <summary>Encrypts and authenticates.</summary>
    /// <param name="key">16 bytes.</param>
    /// <param name="nonce">12 bytes, never twice under one key.</param>
    /// <param name="associatedData">Data that is authenticated and not encrypted.</param>
    /// <param name="plaintext">Any length.</param>
    /// <returns>Ciphertext of the plaintext's length, then the tag.</returns>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        Count(plaintext.Length);
        var sealedBytes = new byte[plaintext.Length + TagSize];
        using var gcm = new AesGcm(key, TagSize);
        gcm.Encrypt(nonce, plaintext, sealedBytes.AsSpan(0, plaintext.Length), sealedBytes.AsSpan(plaintext.Length), associatedData);
        return sealedBytes;
    }

    /// <summary>Verifies and decrypts.</summary>
    /// <param name="key">16 bytes.</param>
    /// <param name="nonce">12 bytes.</param>
    /// <param name="associatedData">As sealed.</param>
    /// <param name="ciphertextAndTag">The output of <see cref="Seal"/>.</param>
    /// <param name="plaintext">The plaintext; empty where it is refused.</param>
    /// <returns>False where the input is shorter than a tag or the tag is wrong; no plaintext is given out then.</returns>
    public static bool TryOpen(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> ciphertextAndTag, out byte[] plaintext)
    {
        plaintext = [];
        if (ciphertextAndTag.Length < TagSize)
        {
            return false;
        }

        var length = ciphertextAndTag.Length - TagSize;
        Count(length);
        var opened = new byte[length];
        using var gcm = new AesGcm(key, TagSize);
        try
        {
            gcm.Decrypt(nonce, ciphertextAndTag[..length], ciphertextAndTag[length..], opened, associatedData);
        }
        catch (AuthenticationTagMismatchException)
        {
            return false;
        }

        plaintext = opened;
        return true;
    }

    private static void Count(int length)
    {
        OperationCounts.CountCipher();
        OperationCounts.CountCipherBlocks(((length + 15) / 16) + 2);
    }
}
