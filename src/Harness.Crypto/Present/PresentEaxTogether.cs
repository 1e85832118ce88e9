namespace Harness.Crypto.Present;

/// <summary>EAX over several messages at once.</summary>
/// <remarks>
/// A MAC is a chain, so one message cannot fill a register; several can. In step s the batch holds, for each message, the MAC's block s-1 in its first half and
/// the counter block s in its second: a message of n blocks takes n + 1 batches, whatever the number of messages.
/// </remarks>
internal static class PresentEaxTogether
{
    /// <summary>Number of messages from which this is quicker than one after another.</summary>
    public const int Worthwhile = 8;

    private const int Block = PresentCore.BlockSize;

    public static void Seal(PresentEax eax, ReadOnlySpan<byte> associatedData, ReadOnlySpan<EaxMessage> messages)
    {
        foreach (ref readonly var message in messages)
        {
            if (message.Nonce.IsEmpty || message.Sealed.Length != message.Plaintext.Length + PresentEax.TagSize)
            {
                throw new ArgumentException(
                    $"A message of {message.Plaintext.Length} bytes has a nonce of {message.Nonce.Length} bytes and {message.Sealed.Length} bytes to be sealed into; "
                    + $"expected a nonce, and the plaintext's length and {PresentEax.TagSize}.", nameof(messages));
            }
        }

        if (PresentBulk.Width == PresentBulk.Scalar || messages.Length < Worthwhile)
        {
            foreach (ref readonly var message in messages)
            {
                eax.Seal(message.Nonce.Span, associatedData, message.Plaintext.Span, message.Sealed.Span);
            }

            return;
        }

        var associated = eax.AssociatedMac(associatedData);
        using var batch = new PresentBatch(eax.RoundKeys);
        for (var rest = messages; !rest.IsEmpty;)
        {
            var group = rest[..Math.Min(batch.Capacity / 2, rest.Length)];
            SealGroup(eax, associated, group, batch);
            rest = rest[group.Length..];
        }
    }

    private static void SealGroup(PresentEax eax, ulong associated, ReadOnlySpan<EaxMessage> messages, PresentBatch batch)
    {
        var count = messages.Length;
        var blocks = new int[count];
        var nonces = new ulong[count];
        for (var i = 0; i < count; i++)
        {
            OperationCounts.CountCipher();
            blocks[i] = (messages[i].Plaintext.Length + Block - 1) / Block;
            OperationCounts.CountCipherBlocks(2 * blocks[i]);
            nonces[i] = eax.NonceMac(messages[i].Nonce.Span);
        }

        // Words of plaintext, then of ciphertext, by step and message.
        var longest = blocks.Max();
        var words = new ulong[longest * count];
        for (var i = 0; i < count; i++)
        {
            Scatter(messages[i].Plaintext.Span, words, i, count);
        }

        var macs = new ulong[count];
        Chain(eax, messages, blocks, nonces, words, macs, batch);
        for (var i = 0; i < count; i++)
        {
            var target = messages[i].Sealed.Span;
            Gather(words, i, count, target[..^PresentEax.TagSize]);
            var mac = blocks[i] == 0 ? eax.EmptyMac() : Swap(macs[i]);
            BinaryPrimitives.WriteUInt64BigEndian(target[^PresentEax.TagSize..], nonces[i] ^ associated ^ mac);
        }
    }

    private static void Chain(
        PresentEax eax, ReadOnlySpan<EaxMessage> messages, int[] blocks, ulong[] nonces, ulong[] words, ulong[] macs, PresentBatch batch)
    {
        var count = messages.Length;
        var (longest, shortest) = (blocks.Max(), blocks.Min());
        var chains = batch.Blocks[..count];
        var counters = batch.Blocks.Slice(count, count);
        for (var step = 0; step <= longest && longest > 0; step++)
        {
            for (var i = 0; i < count; i++)
            {
                counters[i] = Swap(nonces[i] + (ulong)step);
            }

            batch.Encrypt();
            if (step == 0)
            {
                // The chains start from a block that was encrypted before.
                chains.Fill(Swap(eax.CiphertextStart));
            }

            for (var i = 0; step >= shortest && i < count; i++)
            {
                macs[i] = step == blocks[i] ? chains[i] : macs[i];
            }

            if (step == longest)
            {
                break;
            }

            var row = words.AsSpan(step * count, count);
            for (var i = 0; i < count; i++)
            {
                row[i] ^= counters[i];
                chains[i] ^= row[i];
            }

            for (var i = 0; step >= shortest - 1 && i < count; i++)
            {
                if (step == blocks[i] - 1)
                {
                    End(eax, messages[i].Plaintext.Length, ref row[i], ref chains[i]);
                }
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(batch.Blocks));
    }

    /// <summary>Cuts the last ciphertext block to its length, pads it in the chain, and adds the mask.</summary>
    private static void End(PresentEax eax, int length, ref ulong word, ref ulong chain)
    {
        var used = ((length - 1) % Block) + 1;
        chain ^= word;
        if (used < Block)
        {
            word &= Swap(ulong.MaxValue << (8 * (Block - used)));
            chain ^= Swap(0x80UL << (8 * (Block - 1 - used)));
        }

        chain ^= word ^ Swap(eax.LastMask(used == Block));
    }

    private static void Scatter(ReadOnlySpan<byte> bytes, ulong[] words, int at, int stride)
    {
        var whole = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in whole)
        {
            words[at] = word;
            at += stride;
        }

        if (bytes.Length > whole.Length * Block)
        {
            Span<byte> last = stackalloc byte[Block];
            last.Clear();
            bytes[(whole.Length * Block)..].CopyTo(last);
            words[at] = MemoryMarshal.Read<ulong>(last);
        }
    }

    private static void Gather(ulong[] words, int at, int stride, Span<byte> bytes)
    {
        var whole = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ref var word in whole)
        {
            word = words[at];
            at += stride;
        }

        if (bytes.Length > whole.Length * Block)
        {
            Span<byte> last = stackalloc byte[Block];
            MemoryMarshal.Write(last, words[at]);
            last[..(bytes.Length - (whole.Length * Block))].CopyTo(bytes[(whole.Length * Block)..]);
        }
    }

    /// <summary>From a number to a word whose bytes in memory are the block's, and back.</summary>
    private static ulong Swap(ulong value) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
}
