namespace Harness.Schemes.Hardened;

/// <summary>The key material that a publisher sends each subscriber at the begin of an epoch, 32 bytes sealed under KEK.</summary>
/// <remarks>u32 epoch ‖ TK ‖ u32 sender ‖ u64 counter, the next message's. <see cref="Dispose"/> clears TK.</remarks>
public sealed class EpochKeys : IDisposable
{
    /// <summary>Bytes: 32.</summary>
    public const int Size = 4 + HardenedKeys.TopicKeySize + 4 + 8;

    private readonly byte[] _topicKey = GC.AllocateArray<byte>(HardenedKeys.TopicKeySize, pinned: true);

    /// <summary>Makes the keys of an epoch.</summary>
    /// <param name="epoch">Its number.</param>
    /// <param name="topicKey">TK, 16 bytes; copied.</param>
    /// <param name="sender">The sender's number.</param>
    /// <param name="next">The counter of the next message.</param>
    public EpochKeys(uint epoch, ReadOnlySpan<byte> topicKey, uint sender, ulong next)
    {
        topicKey.CopyTo(_topicKey);
        (Epoch, Sender, Next) = (epoch, sender, next);
    }

    /// <summary>The number of the epoch.</summary>
    public uint Epoch { get; }

    /// <summary>The sender's number.</summary>
    public uint Sender { get; }

    /// <summary>The counter of the next message when this was sent.</summary>
    public ulong Next { get; }

    /// <summary>TK.</summary>
    public ReadOnlySpan<byte> TopicKey => _topicKey;

    /// <summary>Seals them for one subscriber.</summary>
    /// <param name="cipher">The rig's cipher.</param>
    /// <param name="pairKey">SK_PS.</param>
    /// <param name="topic">The topic as the devices know it.</param>
    /// <param name="count">The number of this message under KEK, never twice.</param>
    /// <param name="next">The counter of the next message.</param>
    public PairMessage Seal(HardenedCipher cipher, ReadOnlySpan<byte> pairKey, string topic, ulong count, ulong next)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        Span<byte> content = stackalloc byte[Size];
        BinaryPrimitives.WriteUInt32BigEndian(content, Epoch);
        _topicKey.CopyTo(content[4..]);
        BinaryPrimitives.WriteUInt32BigEndian(content[20..], Sender);
        BinaryPrimitives.WriteUInt64BigEndian(content[24..], next);
        var key = HardenedKeys.KeyEncryption(pairKey, topic);
        using var keyed = cipher.With(key);
        var sealedBytes = keyed.Seal(HardenedKeys.CountNonce(count), System.Text.Encoding.UTF8.GetBytes(topic), content);
        CryptographicOperations.ZeroMemory(key);
        CryptographicOperations.ZeroMemory(content);
        return new PairMessage(PairMessageKind.Epoch, default, topic, count, sealedBytes);
    }

    /// <summary>Opens what a publisher sealed.</summary>
    /// <returns>Null where the tag is wrong, or the content has another length.</returns>
    public static EpochKeys? Open(HardenedCipher cipher, ReadOnlySpan<byte> pairKey, PairMessage message)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        ArgumentNullException.ThrowIfNull(message);
        var key = HardenedKeys.KeyEncryption(pairKey, message.Name);
        using var keyed = cipher.With(key);
        CryptographicOperations.ZeroMemory(key);
        if (!keyed.TryOpen(HardenedKeys.CountNonce(message.Count), System.Text.Encoding.UTF8.GetBytes(message.Name), message.Data.Span, out var content)
            || content.Length != Size)
        {
            return null;
        }

        var keys = new EpochKeys(
            BinaryPrimitives.ReadUInt32BigEndian(content), content.AsSpan(4, HardenedKeys.TopicKeySize),
            BinaryPrimitives.ReadUInt32BigEndian(content.AsSpan(20)), BinaryPrimitives.ReadUInt64BigEndian(content.AsSpan(24)));
        CryptographicOperations.ZeroMemory(content);
        return keys;
    }

    /// <inheritdoc/>
    public void Dispose() => CryptographicOperations.ZeroMemory(_topicKey);
}
