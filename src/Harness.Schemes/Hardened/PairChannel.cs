namespace Harness.Schemes.Hardened;

/// <summary>The outcome of opening what came on a pair topic, or for a subscriber.</summary>
public enum HardenedResult
{
    /// <summary>Opened.</summary>
    Opened,

    /// <summary>The tag is wrong, or the message is too short for one.</summary>
    BadTag,

    /// <summary>The tag is right, and the count was taken before or lies before the window.</summary>
    Replay,

    /// <summary>The tag is right, and the content has another form than it must have.</summary>
    Malformed,

    /// <summary>The tag is right, and the publisher's signature is wrong or missing.</summary>
    BadSignature,

    /// <summary>There is no key for it.</summary>
    NoKey,
}

/// <summary>One end of the hop between a client and the broker, for pair messages alone (src/Harness.Schemes/Hardened/HARDENED.md, "Pair messages").</summary>
/// <remarks>
/// On the wire: u64 count ‖ sealed(u16 length ‖ peer ‖ body) under HKDF(SK, "hop"‖direction), associated data = the pair topic. Counts begin at 1 and must rise; gaps are
/// allowed. Not thread-safe.
/// </remarks>
public sealed class PairChannel : IDisposable
{
    private const int CountSize = 8;
    private readonly HardenedCipher.IKeyed _sends;
    private readonly HardenedCipher.IKeyed _opens;
    private readonly byte[] _associatedData;
    private ulong _sent;
    private ulong _received;

    /// <summary>Makes one end.</summary>
    /// <param name="cipher">The rig's cipher.</param>
    /// <param name="sessionKey">SK; not kept.</param>
    /// <param name="client">C.</param>
    /// <param name="isBroker">True for the broker's end.</param>
    public PairChannel(HardenedCipher cipher, ReadOnlySpan<byte> sessionKey, string client, bool isBroker)
    {
        ArgumentNullException.ThrowIfNull(cipher);
        Topic = HardenedKeys.PairTopic(sessionKey, client);
        _associatedData = Encoding.ASCII.GetBytes(Topic);
        _sends = Keyed(cipher, sessionKey, isBroker ? (byte)1 : (byte)0);
        _opens = Keyed(cipher, sessionKey, isBroker ? (byte)0 : (byte)1);
    }

    /// <summary>The topic it runs on, which tells nothing without SK.</summary>
    public string Topic { get; }

    /// <summary>Seals a body.</summary>
    /// <param name="peer">To the broker: who it is for. From the broker: who it is from.</param>
    /// <param name="body">A <see cref="PairMessage"/>, encoded.</param>
    /// <exception cref="ArgumentException">A peer of more than 65,535 bytes.</exception>
    public byte[] Seal(string peer, ReadOnlySpan<byte> body)
    {
        var count = ++_sent;
        byte[] plaintext = [.. TextField.Encode(peer, "a peer"), .. body];
        var sealedBytes = _sends.Seal(HardenedKeys.CountNonce(count), _associatedData, plaintext);
        var message = new byte[CountSize + sealedBytes.Length];
        BinaryPrimitives.WriteUInt64BigEndian(message, count);
        sealedBytes.CopyTo(message.AsSpan(CountSize));
        return message;
    }

    /// <summary>Opens what the other end sealed.</summary>
    /// <param name="message">A message that came on <see cref="Topic"/>.</param>
    /// <param name="peer">From the broker: who it is from. To the broker: who it is for. Null unless opened.</param>
    /// <param name="body">The body; null unless opened.</param>
    public HardenedResult Open(ReadOnlySpan<byte> message, out string? peer, out byte[]? body)
    {
        (peer, body) = (null, null);
        if (message.Length < CountSize)
        {
            return HardenedResult.BadTag;
        }

        var count = BinaryPrimitives.ReadUInt64BigEndian(message);
        if (!_opens.TryOpen(HardenedKeys.CountNonce(count), _associatedData, message[CountSize..], out var plaintext))
        {
            return HardenedResult.BadTag;
        }

        if (count <= _received)
        {
            return HardenedResult.Replay;
        }

        _received = count;
        ReadOnlySpan<byte> rest = plaintext;
        if (!TextField.TryTake(ref rest, out peer))
        {
            return HardenedResult.Malformed;
        }

        body = rest.ToArray();
        return HardenedResult.Opened;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sends.Dispose();
        _opens.Dispose();
    }

    private static HardenedCipher.IKeyed Keyed(HardenedCipher cipher, ReadOnlySpan<byte> sessionKey, byte direction)
    {
        var key = HardenedKeys.Hop(sessionKey, direction);
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
