namespace Harness.Crypto.Present;

/// <summary>PRESENT in EAX (Bellare, Rogaway, Wagner, FSE 2004) with an 8-byte tag, for many messages under one key.</summary>
/// <remarks>
/// Values that do not depend on the message are computed once: the round keys, E(0), E(1) and E(2), from which the subkeys and the three starting
/// points of the MACs come, and the MAC of the associated data for as long as that stays the same. A message of n blocks with a nonce of two blocks then costs
/// 2n + 2 cipher calls. Constant time in key, plaintext and tag. Not thread-safe. A 64-bit block bounds what one key may seal: 2^20 cipher calls keep an adversary's
/// advantage near 2^-24.
/// </remarks>
public sealed class PresentEax : IDisposable
{
    /// <summary>Bytes of a tag: 8.</summary>
    public const int TagSize = 8;

    private const int Block = PresentCore.BlockSize;
    private readonly ulong[] _roundKeys = GC.AllocateArray<ulong>(PresentCore.RoundKeys, pinned: true);
    private readonly ulong _full;
    private readonly ulong _partial;
    private readonly ulong[] _starts = GC.AllocateArray<ulong>(3, pinned: true);
    private byte[]? _associatedData;
    private ulong _associatedMac;
    private ulong? _emptyMac;
    private bool _disposed;

    /// <summary>Expands the key: three cipher calls.</summary>
    /// <param name="key">10 or 16 bytes; copied in expanded form.</param>
    /// <exception cref="ArgumentException">A key of another size.</exception>
    public PresentEax(ReadOnlySpan<byte> key)
    {
        PresentCore.ExpandKey(key, _roundKeys);
        for (var i = 0UL; i < 3; i++)
        {
            _starts[i] = Encrypt(i);
        }

        // E(0) is both the seed of CMAC's subkeys and the starting point of the nonce's MAC.
        _full = Double(_starts[0]);
        _partial = Double(_full);
    }

    /// <summary>The expanded key.</summary>
    internal ReadOnlySpan<ulong> RoundKeys => _roundKeys;

    /// <summary>The starting point of the ciphertext's MAC.</summary>
    internal ulong CiphertextStart => _starts[2];

    /// <summary>Seals a message.</summary>
    /// <param name="nonce">Any length above 0; never twice under one key.</param>
    /// <param name="associatedData">Authenticated, not encrypted; any length.</param>
    /// <param name="plaintext">Any length.</param>
    /// <returns>Ciphertext of the plaintext's length, then the tag.</returns>
    public byte[] Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext)
    {
        var sealedBytes = new byte[plaintext.Length + TagSize];
        Seal(nonce, associatedData, plaintext, sealedBytes);
        return sealedBytes;
    }

    /// <summary>Seals a message into the caller's memory.</summary>
    /// <param name="nonce">Any length above 0; never twice under one key.</param>
    /// <param name="associatedData">Authenticated, not encrypted; any length.</param>
    /// <param name="plaintext">Any length.</param>
    /// <param name="sealedBytes">The plaintext's length and 8; its front may be the plaintext itself.</param>
    /// <exception cref="ArgumentException">An empty nonce, or an output of another length.</exception>
    public void Seal(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> plaintext, Span<byte> sealedBytes)
    {
        if (sealedBytes.Length != plaintext.Length + TagSize)
        {
            throw new ArgumentException(
                $"The output has {sealedBytes.Length} bytes; expected the plaintext's {plaintext.Length} and {TagSize}.", nameof(sealedBytes));
        }

        OperationCounts.CountCipher();
        var start = NonceMac(nonce);
        var ciphertext = sealedBytes[..plaintext.Length];
        Counter(start, plaintext, ciphertext);
        BinaryPrimitives.WriteUInt64BigEndian(sealedBytes[plaintext.Length..], start ^ AssociatedMac(associatedData) ^ CiphertextMac(ciphertext));
    }

    /// <summary>Opens a message; the tag is compared in constant time, and nothing is decrypted unless it is right.</summary>
    /// <param name="nonce">As sealed.</param>
    /// <param name="associatedData">As sealed.</param>
    /// <param name="sealedBytes">The output of <see cref="Seal(ReadOnlySpan{byte}, ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>.</param>
    /// <param name="plaintext">The plaintext, or null when false.</param>
    /// <returns>False where the input is shorter than a tag, or the tag is wrong.</returns>
    public bool TryOpen(
        ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> associatedData, ReadOnlySpan<byte> sealedBytes, [NotNullWhen(true)] out byte[]? plaintext)
    {
        plaintext = null;
        if (sealedBytes.Length < TagSize)
        {
            return false;
        }

        OperationCounts.CountCipher();
        var ciphertext = sealedBytes[..^TagSize];
        var start = NonceMac(nonce);
        Span<byte> expected = stackalloc byte[TagSize];
        BinaryPrimitives.WriteUInt64BigEndian(expected, start ^ AssociatedMac(associatedData) ^ CiphertextMac(ciphertext));
        if (!CryptographicOperations.FixedTimeEquals(expected, sealedBytes[^TagSize..]))
        {
            return false;
        }

        plaintext = new byte[ciphertext.Length];
        Counter(start, ciphertext, plaintext);
        return true;
    }

    /// <summary>Seals messages together: each chain of one message runs beside those of the others, so that wide registers are of use.</summary>
    /// <param name="associatedData">Of all of them.</param>
    /// <param name="messages">Any number, of any lengths.</param>
    /// <exception cref="ArgumentException">An empty nonce, or an output of another length; nothing is sealed then.</exception>
    public void SealTogether(ReadOnlySpan<byte> associatedData, ReadOnlySpan<EaxMessage> messages) =>
        PresentEaxTogether.Seal(this, associatedData, messages);

    /// <summary>Clears every key.</summary>
    public void Dispose()
    {
        Array.Clear(_roundKeys);
        Array.Clear(_starts);
        _disposed = true;
    }

    /// <summary>The MAC of a nonce, which is the first counter block too.</summary>
    internal ulong NonceMac(ReadOnlySpan<byte> nonce)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return nonce.IsEmpty ? throw new ArgumentException("An EAX nonce must not be empty.", nameof(nonce)) : Mac(0, nonce);
    }

    /// <summary>The MAC of the associated data, computed anew only where it differs from the last message's.</summary>
    internal ulong AssociatedMac(ReadOnlySpan<byte> associatedData)
    {
        if (_associatedData is null || !associatedData.SequenceEqual(_associatedData))
        {
            _associatedMac = Mac(1, associatedData);
            _associatedData = associatedData.ToArray();
        }

        return _associatedMac;
    }

    /// <summary>The MAC of no ciphertext.</summary>
    internal ulong EmptyMac() => _emptyMac ??= Encrypt(2 ^ _full);

    /// <summary>The mask of a last block that is whole, or that has been padded.</summary>
    internal ulong LastMask(bool whole) => whole ? _full : _partial;

    private ulong CiphertextMac(ReadOnlySpan<byte> ciphertext) => ciphertext.IsEmpty ? EmptyMac() : Mac(2, ciphertext);

    /// <summary>OMAC with the block t before the data.</summary>
    private ulong Mac(int t, ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return Encrypt((ulong)t ^ _full);
        }

        var state = _starts[t];
        for (; data.Length > Block; data = data[Block..])
        {
            state = Encrypt(state ^ BinaryPrimitives.ReadUInt64BigEndian(data));
        }

        Span<byte> last = stackalloc byte[Block];
        last.Clear();
        data.CopyTo(last);
        if (data.Length < Block)
        {
            last[data.Length] = 0x80;
        }

        return Encrypt(state ^ BinaryPrimitives.ReadUInt64BigEndian(last) ^ LastMask(data.Length == Block));
    }

    private void Counter(ulong counter, ReadOnlySpan<byte> source, Span<byte> target)
    {
        var done = PresentBulk.Ctr(_roundKeys, ref counter, source, target);
        Span<byte> keystream = stackalloc byte[Block];
        for (; done < source.Length; done += Block, counter++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(keystream, Encrypt(counter));
            for (var i = 0; i < Math.Min(Block, source.Length - done); i++)
            {
                target[done + i] = (byte)(source[done + i] ^ keystream[i]);
            }
        }

        CryptographicOperations.ZeroMemory(keystream);
    }

    private ulong Encrypt(ulong block)
    {
        OperationCounts.CountCipherBlocks(1);
        return PresentCore.Encrypt(block, _roundKeys);
    }

    /// <summary>Multiplication by x in GF(2^64), modulo x^64 + x^4 + x^3 + x + 1.</summary>
    private static ulong Double(ulong value) => (value << 1) ^ (0x1B & (0UL - (value >> 63)));
}

/// <summary>A message to be sealed together with others.</summary>
/// <param name="Nonce">Any length above 0; never twice under one key.</param>
/// <param name="Plaintext">Any length.</param>
/// <param name="Sealed">The destination of ciphertext and tag: the plaintext's length and 8.</param>
public readonly record struct EaxMessage(ReadOnlyMemory<byte> Nonce, ReadOnlyMemory<byte> Plaintext, Memory<byte> Sealed);
