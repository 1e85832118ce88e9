using Harness.Crypto.Aes;

namespace Harness.Schemes.AugMqtt;

/// <summary>The direction of a payload on one hop; the first four bytes of its nonce.</summary>
public enum HopDirection
{
    /// <summary>From a client to the broker: 0.</summary>
    ToBroker = 0,

    /// <summary>From the broker to a client: 1.</summary>
    FromBroker = 1,
}

/// <summary>The outcome of opening a payload on a hop.</summary>
public enum HopResult
{
    /// <summary>Opened.</summary>
    Opened,

    /// <summary>The tag is wrong for key, direction, topic or content, or the payload is shorter than nonce and tag.</summary>
    BadTag,

    /// <summary>The tag is right, but the counter is not above the last one accepted: a repeated payload.</summary>
    Replay,
}

/// <summary>One end of one hop under one SK (AugMQTT, Shin et al. 2016, as described): AES-128-GCM under SK[0..16), associated data = topic.</summary>
/// <remarks>
/// A payload is nonce (12 bytes: u32 direction ‖ u64 counter, big-endian) ‖ ciphertext ‖ tag (16 bytes). Counters begin at 1 and
/// must rise; gaps are allowed, as a message may be lost. The tag is verified before the counter is compared. Not thread-safe.
/// </remarks>
public sealed class HopChannel : IDisposable
{
    /// <summary>Bytes that sealing adds: 28.</summary>
    public const int Overhead = AesGcm128.NonceSize + AesGcm128.TagSize;

    private readonly byte[] _key = new byte[AesGcm128.KeySize];
    private readonly HopDirection _sends;
    private readonly HopDirection _opens;
    private ulong _sent;
    private ulong _received;

    /// <summary>Creates one end.</summary>
    /// <param name="sessionKey">SK, 32 bytes; the first 16 are copied.</param>
    /// <param name="sends">The direction this end seals in; it opens the other.</param>
    public HopChannel(ReadOnlySpan<byte> sessionKey, HopDirection sends)
    {
        if (sessionKey.Length != SessionKey.Length)
        {
            throw new ArgumentException($"SK has {SessionKey.Length} bytes, not {sessionKey.Length}.", nameof(sessionKey));
        }

        sessionKey[..AesGcm128.KeySize].CopyTo(_key);
        _sends = sends;
        _opens = sends == HopDirection.ToBroker ? HopDirection.FromBroker : HopDirection.ToBroker;
    }

    /// <summary>Seals a payload under the next counter.</summary>
    /// <param name="topic">The topic it is published on.</param>
    /// <param name="plaintext">Any length.</param>
    /// <returns><see cref="Overhead"/> bytes more than the plaintext.</returns>
    public byte[] Seal(string topic, ReadOnlySpan<byte> plaintext)
    {
        var payload = new byte[plaintext.Length + Overhead];
        WriteNonce(payload, _sends, ++_sent);
        AesGcm128.Seal(_key, payload.AsSpan(0, AesGcm128.NonceSize), Encoding.UTF8.GetBytes(topic), plaintext)
            .CopyTo(payload.AsSpan(AesGcm128.NonceSize));
        return payload;
    }

    /// <summary>Opens a payload of the other end.</summary>
    /// <param name="topic">The topic it came on.</param>
    /// <param name="payload">The payload received.</param>
    /// <param name="plaintext">The plaintext; empty unless opened.</param>
    public HopResult Open(string topic, ReadOnlySpan<byte> payload, out byte[] plaintext)
    {
        plaintext = [];
        if (payload.Length < Overhead)
        {
            return HopResult.BadTag;
        }

        var nonce = payload[..AesGcm128.NonceSize];
        if (BinaryPrimitives.ReadUInt32BigEndian(nonce) != (uint)_opens ||
            !AesGcm128.TryOpen(_key, nonce, Encoding.UTF8.GetBytes(topic), payload[AesGcm128.NonceSize..], out var opened))
        {
            return HopResult.BadTag;
        }

        var counter = BinaryPrimitives.ReadUInt64BigEndian(nonce[4..]);
        if (counter <= _received)
        {
            CryptographicOperations.ZeroMemory(opened);
            return HopResult.Replay;
        }

        _received = counter;
        plaintext = opened;
        return HopResult.Opened;
    }

    /// <summary>Clears the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    private static void WriteNonce(Span<byte> nonce, HopDirection direction, ulong counter)
    {
        BinaryPrimitives.WriteUInt32BigEndian(nonce, (uint)direction);
        BinaryPrimitives.WriteUInt64BigEndian(nonce[4..], counter);
    }
}
