using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Macs;
using Org.BouncyCastle.Crypto.Modes;
using Org.BouncyCastle.Crypto.Paddings;
using Org.BouncyCastle.Crypto.Parameters;

namespace Harness.Crypto.Present;

/// <summary>Modes of operation on PRESENT: BouncyCastle's CTR, CMAC and PKCS#7, running on <see cref="PresentEngine"/>, and <see cref="PresentEax"/>.</summary>
/// <remarks>
/// Long messages in CTR and ECB go through <see cref="PresentBulk"/> first, many blocks at once; BouncyCastle does the rest.
/// Keys have 10 or 16 bytes everywhere, others are an <see cref="ArgumentException"/>. A 64-bit block limits one key to far
/// below 2^32 blocks: the distinguishing advantage is 2^-20 at 47 MB; take a new key after 8 MB at most.
/// </remarks>
public static class PresentModes
{
    /// <summary>Bytes of an EAX or CMAC tag: 8.</summary>
    public const int TagSize = 8;

    /// <summary>Bytes of a CTR nonce, the first counter block: 8.</summary>
    public const int CounterSize = 8;

    /// <summary>ECB with PKCS#7 (the published scheme's, and weak: equal blocks stay visible).</summary>
    /// <param name="key">10 or 16 bytes.</param>
    /// <param name="plaintext">Any length.</param>
    /// <returns>The next multiple of 8 bytes above the plaintext's length.</returns>
    public static byte[] EncryptEcb(ReadOnlySpan<byte> key, ReadOnlySpan<byte> plaintext)
    {
        OperationCounts.CountCipher();
        using var engine = Keyed(true, key);
        var output = new byte[(plaintext.Length / 8 * 8) + 8];
        plaintext.CopyTo(output);
        new Pkcs7Padding().AddPadding(output, plaintext.Length);
        Blocks(engine, output.AsSpan(PresentBulk.EncryptEcb(engine.RoundKeys, output)));
        return output;
    }

    /// <summary>Decrypts the output of <see cref="EncryptEcb"/>. Valid padding is no proof of the right key: a wrong one passes about once in 256.</summary>
    /// <param name="key">10 or 16 bytes.</param>
    /// <param name="ciphertext">A positive multiple of 8 bytes, else false.</param>
    /// <param name="plaintext">The plaintext, or null when false. The time it takes depends on the padding.</param>
    /// <returns>False where length or padding is wrong.</returns>
    public static bool TryDecryptEcb(ReadOnlySpan<byte> key, ReadOnlySpan<byte> ciphertext, [NotNullWhen(true)] out byte[]? plaintext)
    {
        OperationCounts.CountCipher();
        plaintext = null;
        using var engine = Keyed(false, key);
        if (ciphertext.Length == 0 || ciphertext.Length % PresentEngine.BlockSize != 0)
        {
            return false;
        }

        var work = ciphertext.ToArray();
        Blocks(engine, work.AsSpan(PresentBulk.DecryptEcb(engine.RoundKeys, work)));
        try
        {
            // PadCount reads one whole block, which must be the last one and begin at the start of its input.
            var padding = new Pkcs7Padding().PadCount(work[^PresentEngine.BlockSize..]);
            plaintext = work[..^padding];
            return true;
        }
        catch (InvalidCipherTextException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(work);
        }
    }

    /// <summary>CTR: the counter block starts at the nonce and rises by one, big-endian, modulo 2^64.</summary>
    /// <param name="key">10 or 16 bytes.</param>
    /// <param name="nonce">8 bytes. Counter ranges under one key must never overlap.</param>
    /// <param name="data">Plaintext or ciphertext, any length.</param>
    /// <returns>As many bytes as data. No authentication.</returns>
    public static byte[] Ctr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> data)
    {
        var output = GC.AllocateUninitializedArray<byte>(data.Length);
        Ctr(key, nonce, data, output);
        return output;
    }

    /// <summary>CTR into the caller's memory.</summary>
    /// <param name="key">10 or 16 bytes.</param>
    /// <param name="nonce">8 bytes. Counter ranges under one key must never overlap.</param>
    /// <param name="data">Plaintext or ciphertext, any length.</param>
    /// <param name="output">At least as long as data; either the same memory or memory that does not overlap it.</param>
    /// <exception cref="ArgumentException">A key or nonce of another size, or too short an output.</exception>
    public static void Ctr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> data, Span<byte> output)
    {
        OperationCounts.CountCipher();
        if (nonce.Length != CounterSize)
        {
            throw new ArgumentException($"A CTR nonce has {CounterSize} bytes, not {nonce.Length}.", nameof(nonce));
        }

        if (output.Length < data.Length)
        {
            throw new ArgumentException($"The output has {output.Length} bytes; expected at least the data's {data.Length}.", nameof(output));
        }

        using var engine = Keyed(true, key);
        var counter = BinaryPrimitives.ReadUInt64BigEndian(nonce);
        var done = PresentBulk.Ctr(engine.RoundKeys, ref counter, data, output);
        if (done == data.Length)
        {
            return;
        }

        var rest = data[done..].ToArray();
        var first = new byte[CounterSize];
        BinaryPrimitives.WriteUInt64BigEndian(first, counter);
        var cipher = new BufferedBlockCipher(new SicBlockCipher(engine));
        cipher.Init(true, new ParametersWithIV(new KeyParameter(key.ToArray()), first));
        cipher.DoFinal(rest, 0, rest.Length, rest, 0);
        rest.CopyTo(output[done..]);
        CryptographicOperations.ZeroMemory(rest);
    }

    /// <summary>CMAC (NIST SP 800-38B) with a 64-bit block.</summary>
    /// <param name="key">10 or 16 bytes.</param>
    /// <param name="data">Any length.</param>
    /// <returns>8 bytes.</returns>
    public static byte[] Cmac(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data)
    {
        OperationCounts.CountCipher();
        using var engine = new PresentEngine();
        var mac = new CMac(engine);
        mac.Init(new KeyParameter(key.ToArray()));
        mac.BlockUpdate(data.ToArray(), 0, data.Length);
        var tag = new byte[TagSize];
        mac.DoFinal(tag, 0);
        return tag;
    }

    /// <summary>EAX (Bellare, Rogaway, Wagner 2004) with an 8-byte tag, one message; <see cref="PresentEax"/> seals many under one key.</summary>
    /// <param name="key">10 or 16 bytes.</param>
    /// <param name="nonce">Any length above 0; never twice under one key.</param>
    /// <param name="associatedData">Authenticated, not encrypted; any length.</param>
    /// <param name="plaintext">Any length.</param>
    /// <returns>Ciphertext of the plaintext's length, and the 8-byte tag.</returns>
    public static (byte[] Ciphertext, byte[] Tag) EaxSeal(
        ReadOnlySpan<byte> key, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        using var eax = new PresentEax(key);
        var output = eax.Seal(nonce, associatedData, plaintext);
        return (output[..^TagSize], output[^TagSize..]);
    }

    /// <summary>Decrypts the output of <see cref="EaxSeal"/>; the tag is compared in constant time and no plaintext is released unless it is right.</summary>
    /// <param name="key">10 or 16 bytes.</param>
    /// <param name="nonce">As sealed.</param>
    /// <param name="associatedData">As sealed.</param>
    /// <param name="ciphertext">Any length.</param>
    /// <param name="tag">8 bytes; another length is refused.</param>
    /// <param name="plaintext">The plaintext, or null when false.</param>
    /// <returns>False where the tag is wrong.</returns>
    public static bool TryEaxOpen(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> associatedData,
        ReadOnlySpan<byte> ciphertext,
        ReadOnlySpan<byte> tag,
        [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        using var eax = new PresentEax(key);
        return tag.Length == TagSize && eax.TryOpen(nonce, associatedData, [.. ciphertext, .. tag], out plaintext);
    }

    private static PresentEngine Keyed(bool forEncryption, ReadOnlySpan<byte> key)
    {
        var engine = new PresentEngine();
        engine.Init(forEncryption, key);
        return engine;
    }

    private static void Blocks(PresentEngine engine, Span<byte> data)
    {
        for (var at = 0; at < data.Length; at += PresentEngine.BlockSize)
        {
            engine.ProcessBlock(data[at..], data[at..]);
        }
    }
}
