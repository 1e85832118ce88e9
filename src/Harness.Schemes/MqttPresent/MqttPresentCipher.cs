using Harness.Crypto.Present;

namespace Harness.Schemes.MqttPresent;

/// <summary>The ciphers of MQTT-PRESENT (Sahmi et al. 2021) as published: PRESENT-ECB with PKCS#7 throughout.</summary>
/// <remarks>
/// Implemented as published, faults included: ECB leaks equal blocks, nothing authenticates a payload, and both partners' Ks is the exclusive or of
/// two keys of which each knows one, so each learns the other's SK. The published scheme is what is tested, so it is not repaired here.
/// A wrong key passes PKCS#7 about once in 256: a test must compare the plaintext, not only the padding.
/// </remarks>
[Scheme(SchemeNames.MqttPresent, Order = 1, Choose = "to reproduce the paper, and for nothing that must hold")]
public static class MqttPresentCipher
{
    /// <summary>Bytes of SK and of Ks.</summary>
    public const int KeyLength = 32;

    /// <summary>Bytes of a wrap: 32 bytes of Ks and a whole block of padding.</summary>
    public const int WrapLength = KeyLength + 8;

    /// <summary>PRESENT's key sizes in bits.</summary>
    public static IReadOnlyList<int> KeyBits { get; } = [80, 128];

    /// <summary>Computes Ks = SKp xor SKs.</summary>
    /// <param name="publisherKey">SKp, 32 bytes.</param>
    /// <param name="subscriberKey">SKs, 32 bytes.</param>
    /// <returns>Ks, 32 bytes; the caller wipes it.</returns>
    public static byte[] Combine(ReadOnlySpan<byte> publisherKey, ReadOnlySpan<byte> subscriberKey)
    {
        CheckKey(publisherKey, nameof(publisherKey));
        CheckKey(subscriberKey, nameof(subscriberKey));
        var combined = new byte[KeyLength];
        for (var i = 0; i < combined.Length; i++)
        {
            combined[i] = (byte)(publisherKey[i] ^ subscriberKey[i]);
        }

        return combined;
    }

    /// <summary>Wraps Ks: encrypts it under the first 10 or 16 bytes of a partner's SK.</summary>
    /// <param name="keyBits">80 or 128.</param>
    /// <param name="sessionKey">SK, 32 bytes.</param>
    /// <param name="trafficKey">Ks, 32 bytes.</param>
    /// <returns><see cref="WrapLength"/> bytes.</returns>
    public static byte[] Wrap(int keyBits, ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> trafficKey)
    {
        CheckKey(trafficKey, nameof(trafficKey));
        return Encrypt(keyBits, sessionKey, trafficKey);
    }

    /// <summary>Opens a wrap.</summary>
    /// <param name="keyBits">80 or 128.</param>
    /// <param name="sessionKey">SK, 32 bytes.</param>
    /// <param name="wrap">The wrap that the broker sent.</param>
    /// <param name="trafficKey">Ks, 32 bytes, which the caller wipes; empty where the wrap is refused.</param>
    /// <returns>False where the wrap does not yield 32 bytes.</returns>
    public static bool TryUnwrap(int keyBits, ReadOnlySpan<byte> sessionKey, ReadOnlySpan<byte> wrap, out byte[] trafficKey)
    {
        trafficKey = [];
        if (wrap.Length != WrapLength || !TryDecrypt(keyBits, sessionKey, wrap, out var opened))
        {
            return false;
        }

        if (opened.Length != KeyLength)
        {
            CryptographicOperations.ZeroMemory(opened);
            return false;
        }

        trafficKey = opened;
        return true;
    }

    /// <summary>Seals a payload under the first 10 or 16 bytes of Ks.</summary>
    /// <param name="keyBits">80 or 128.</param>
    /// <param name="trafficKey">Ks, 32 bytes.</param>
    /// <param name="plaintext">Any length.</param>
    /// <returns>The next multiple of 8 bytes above the plaintext's length.</returns>
    public static byte[] Seal(int keyBits, ReadOnlySpan<byte> trafficKey, ReadOnlySpan<byte> plaintext) =>
        Encrypt(keyBits, trafficKey, plaintext);

    /// <summary>Opens a payload.</summary>
    /// <param name="keyBits">80 or 128.</param>
    /// <param name="trafficKey">Ks, 32 bytes.</param>
    /// <param name="ciphertext">The payload that was published.</param>
    /// <param name="plaintext">The payload; empty where it is refused.</param>
    /// <returns>False where the length is no positive multiple of 8 or the padding is invalid.</returns>
    public static bool TryOpen(int keyBits, ReadOnlySpan<byte> trafficKey, ReadOnlySpan<byte> ciphertext, out byte[] plaintext) =>
        TryDecrypt(keyBits, trafficKey, ciphertext, out plaintext);

    private static byte[] Encrypt(int keyBits, ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext)
    {
        var present = Truncate(keyBits, key);
        try
        {
            return PresentModes.EncryptEcb(present, plaintext.ToArray());
        }
        finally
        {
            CryptographicOperations.ZeroMemory(present);
        }
    }

    private static bool TryDecrypt(int keyBits, ReadOnlySpan<byte> key, ReadOnlySpan<byte> ciphertext, out byte[] plaintext)
    {
        plaintext = [];
        var present = Truncate(keyBits, key);
        try
        {
            if (ciphertext.Length == 0 || ciphertext.Length % 8 != 0 ||
                !PresentModes.TryDecryptEcb(present, ciphertext.ToArray(), out var opened))
            {
                return false;
            }

            plaintext = opened;
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(present);
        }
    }

    private static byte[] Truncate(int keyBits, ReadOnlySpan<byte> key)
    {
        CheckKey(key, nameof(key));
        return keyBits switch
        {
            80 or 128 => key[..(keyBits / 8)].ToArray(),
            _ => throw new ArgumentOutOfRangeException(nameof(keyBits), keyBits, "PRESENT's key has 80 or 128 bits."),
        };
    }

    private static void CheckKey(ReadOnlySpan<byte> key, string name)
    {
        if (key.Length != KeyLength)
        {
            throw new ArgumentException($"A key has {KeyLength} bytes, not {key.Length}.", name);
        }
    }
}
