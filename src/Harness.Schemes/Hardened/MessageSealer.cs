using Harness.Crypto.Ecdsa;

namespace Harness.Schemes.Hardened;

/// <summary>A payload and the topic that it travels on.</summary>
/// <param name="WireTopic">The topic on the wire, which tells epoch and sender to whoever holds TK, and nothing to others.</param>
/// <param name="Payload">The bytes on the wire.</param>
public readonly record struct SealedMessage(string WireTopic, byte[] Payload);

/// <summary>Seals one publisher's messages of one epoch (src/Harness.Schemes/Hardened/HARDENED.md, "Messages").</summary>
/// <remarks>
/// On the wire: u64 (counter ⊕ mask) ‖ sealed(plaintext [‖ signature]), nonce u32 epoch ‖ u32 sender ‖ u64 counter, associated data = the topic as the devices know it. A key is
/// good for 2^20 cipher calls, counted as PRESENT-EAX makes them whatever the cipher is. Not thread-safe.
/// </remarks>
public sealed class MessageSealer : IDisposable
{
    /// <summary>Cipher calls of one key: 2^20.</summary>
    public const int MostCalls = 1 << 20;

    private readonly HardenedCipher.IKeyed _cipher;
    private readonly HardenedNonce _nonce;
    private readonly ulong _mask;
    private readonly string _client;
    private readonly string _topic;
    private readonly byte[] _associatedData;
    private readonly byte[]? _signingKey;
    private long _calls;
    private ulong? _next;

    /// <summary>Makes the sealing end.</summary>
    /// <param name="cipher">The rig's cipher.</param>
    /// <param name="keys">The epoch's keys; not kept.</param>
    /// <param name="client">The publisher's C.</param>
    /// <param name="topic">The topic as the devices know it.</param>
    /// <param name="signingKey">The publisher's private key where messages are signed; not copied, the caller keeps it.</param>
    public MessageSealer(HardenedCipher cipher, EpochKeys keys, string client, string topic, byte[]? signingKey = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _cipher = HardenedNonce.Keyed(cipher, keys);
        _nonce = new HardenedNonce(keys.Epoch, keys.Sender);
        _mask = HardenedKeys.CounterMask(keys.TopicKey, keys.Sender);
        (_client, _topic, _signingKey, _next) = (client, topic, signingKey, keys.Next);
        _associatedData = Encoding.UTF8.GetBytes(topic);
        WireTopic = HardenedKeys.WireTopic(keys.TopicKey, keys.Sender, topic);
        _calls = 4 + ((_associatedData.Length + 7) / 8);
    }

    /// <summary>The topic on the wire.</summary>
    public string WireTopic { get; }

    /// <summary>The counter of the next message.</summary>
    /// <exception cref="PartyRefusedException">SPENT: the last counter was used.</exception>
    public ulong Next => _next ?? throw Spent();

    /// <summary>Seals a message.</summary>
    /// <param name="plaintext">Any length.</param>
    /// <exception cref="PartyRefusedException">SPENT: the key or the counter is at its end; a new epoch is needed.</exception>
    public SealedMessage Seal(ReadOnlySpan<byte> plaintext)
    {
        var counter = Next;
        var length = plaintext.Length + (_signingKey is null ? 0 : EcdsaP256.SignatureSize);
        var calls = (2L * ((length + 7) / 8)) + 2;
        if (_calls + calls > MostCalls)
        {
            throw Spent();
        }

        _calls += calls;
        _next = counter == ulong.MaxValue ? null : counter + 1;
        var nonce = _nonce.Of(counter);
        byte[] content = _signingKey is null
            ? plaintext.ToArray()
            : [.. plaintext, .. EcdsaP256.Sign(_signingKey, HardenedNonce.Signed(_client, _topic, nonce, plaintext))];
        var sealedBytes = _cipher.Seal(nonce, _associatedData, content);
        CryptographicOperations.ZeroMemory(content);
        var payload = new byte[8 + sealedBytes.Length];
        BinaryPrimitives.WriteUInt64BigEndian(payload, counter ^ _mask);
        sealedBytes.CopyTo(payload.AsSpan(8));
        return new SealedMessage(WireTopic, payload);
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();

    private PartyRefusedException Spent() => new(_client, PartyRefusal.Spent, "the message key is at its end: begin a new epoch");
}

/// <summary>The nonce of an epoch's messages, and what a signature covers.</summary>
internal readonly struct HardenedNonce(uint epoch, uint sender)
{
    public byte[] Of(ulong counter)
    {
        var nonce = new byte[HardenedCipher.NonceSize];
        BinaryPrimitives.WriteUInt32BigEndian(nonce, epoch);
        BinaryPrimitives.WriteUInt32BigEndian(nonce.AsSpan(4), sender);
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(8), counter);
        return nonce;
    }

    public static byte[] Signed(string client, string topic, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plaintext) =>
        [.. "hv1-sig"u8, .. TextField.Encode(client, "a client"), .. TextField.Encode(topic, "a topic"), .. nonce, .. plaintext];

    public static HardenedCipher.IKeyed Keyed(HardenedCipher cipher, EpochKeys keys)
    {
        var key = HardenedKeys.Message(keys.TopicKey, keys.Sender);
        try
        {
            return cipher.With(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }
}
