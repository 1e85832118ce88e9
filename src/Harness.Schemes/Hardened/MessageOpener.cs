using Harness.Crypto.Ecdsa;

namespace Harness.Schemes.Hardened;

/// <summary>Opens one publisher's messages of one epoch (src/Harness.Schemes/Hardened/HARDENED.md, "Messages").</summary>
/// <remarks>The tag is verified first, then the signature, and only then is the counter taken: a forged message takes no genuine one's place. Not thread-safe.</remarks>
public sealed class MessageOpener : IDisposable
{
    private const int CounterSize = 8;
    private readonly HardenedCipher.IKeyed _cipher;
    private readonly HardenedNonce _nonce;
    private readonly ulong _mask;
    private readonly string _publisher;
    private readonly string _topic;
    private readonly byte[] _associatedData;
    private readonly byte[]? _publicKey;

    /// <summary>Makes the opening end.</summary>
    /// <param name="cipher">The rig's cipher.</param>
    /// <param name="keys">The epoch's keys; not kept.</param>
    /// <param name="publisher">The publisher's C.</param>
    /// <param name="topic">The topic as the devices know it.</param>
    /// <param name="publicKey">The publisher's public key where messages are signed: then one without its signature is refused.</param>
    public MessageOpener(HardenedCipher cipher, EpochKeys keys, string publisher, string topic, byte[]? publicKey = null)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _cipher = HardenedNonce.Keyed(cipher, keys);
        _nonce = new HardenedNonce(keys.Epoch, keys.Sender);
        _mask = HardenedKeys.CounterMask(keys.TopicKey, keys.Sender);
        (_publisher, _topic, _publicKey, Epoch) = (publisher, topic, publicKey, keys.Epoch);
        _associatedData = Encoding.UTF8.GetBytes(topic);
        Window = new ReplayWindow(keys.Next);
        WireTopic = HardenedKeys.WireTopic(keys.TopicKey, keys.Sender, topic);
    }

    /// <summary>The number of the epoch.</summary>
    public uint Epoch { get; }

    /// <summary>The topic on the wire, to subscribe to.</summary>
    public string WireTopic { get; }

    /// <summary>The counters that came, and those that did not.</summary>
    public ReplayWindow Window { get; }

    /// <summary>Opens a message.</summary>
    /// <param name="payload">A payload that came on <see cref="WireTopic"/>.</param>
    /// <param name="plaintext">The plaintext; null unless opened.</param>
    public HardenedResult Open(ReadOnlySpan<byte> payload, out byte[]? plaintext)
    {
        plaintext = null;
        if (payload.Length < CounterSize)
        {
            return HardenedResult.BadTag;
        }

        var counter = BinaryPrimitives.ReadUInt64BigEndian(payload) ^ _mask;
        var nonce = _nonce.Of(counter);
        if (!_cipher.TryOpen(nonce, _associatedData, payload[CounterSize..], out var content))
        {
            return HardenedResult.BadTag;
        }

        if (_publicKey is not null)
        {
            if (content.Length < EcdsaP256.SignatureSize || !EcdsaP256.Verify(
                _publicKey, HardenedNonce.Signed(_publisher, _topic, nonce, content.AsSpan(..^EcdsaP256.SignatureSize)), content.AsSpan(^EcdsaP256.SignatureSize..)))
            {
                return HardenedResult.BadSignature;
            }

            content = content[..^EcdsaP256.SignatureSize];
        }

        if (!Window.TryTake(counter))
        {
            return HardenedResult.Replay;
        }

        plaintext = content;
        return HardenedResult.Opened;
    }

    /// <inheritdoc/>
    public void Dispose() => _cipher.Dispose();
}
