namespace Harness.Schemes.Hardened;

/// <summary>The key schedule and the names that derive from keys (src/Harness.Schemes/Hardened/HARDENED.md, "Key schedule"). Keys are on pinned memory; the caller clears them.</summary>
public static class HardenedKeys
{
    /// <summary>Bytes of u, the secret of a client's pseudonyms: 16.</summary>
    public const int PseudonymSecretSize = 16;

    /// <summary>Bytes of TK: 16.</summary>
    public const int TopicKeySize = 16;

    private const int NameBytes = 11;
    private static readonly UTF8Encoding _utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>PN_j, the ClientId of a client's j-th login: 22 lower-case hex digits.</summary>
    /// <param name="secret">u, 16 bytes.</param>
    /// <param name="j">The number of the login.</param>
    public static string Pseudonym(ReadOnlySpan<byte> secret, ulong j)
    {
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(number, j);
        return Name(secret, number);
    }

    /// <summary>The topic on which a client and the broker exchange pair messages.</summary>
    /// <param name="sessionKey">SK.</param>
    /// <param name="client">C.</param>
    public static string PairTopic(ReadOnlySpan<byte> sessionKey, string client)
    {
        var key = KeyDerivation.Hkdf(sessionKey, "pair", [], KeyDerivation.MacSize);
        try
        {
            return "h/" + Name(key, _utf8.GetBytes(client));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>The key of one direction of the hop between a client and the broker.</summary>
    /// <param name="sessionKey">SK.</param>
    /// <param name="direction">0 to the broker, 1 from it.</param>
    public static byte[] Hop(ReadOnlySpan<byte> sessionKey, byte direction) => KeyDerivation.Hkdf(sessionKey, "hop", [direction], HardenedCipher.KeySize);

    /// <summary>KEK, under which a publisher sends a subscriber the keys of a topic's epochs.</summary>
    /// <param name="pairKey">SK_PS.</param>
    /// <param name="topic">The topic as the devices know it.</param>
    public static byte[] KeyEncryption(ReadOnlySpan<byte> pairKey, string topic) =>
        KeyDerivation.Hkdf(pairKey, "kek", _utf8.GetBytes(topic), HardenedCipher.KeySize);

    /// <summary>The key of one sender's messages in one epoch.</summary>
    /// <param name="topicKey">TK.</param>
    /// <param name="sender">The sender's number.</param>
    public static byte[] Message(ReadOnlySpan<byte> topicKey, uint sender)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, sender);
        return KeyDerivation.Hkdf(topicKey, "msg", number, HardenedCipher.KeySize);
    }

    /// <summary>The mask of one sender's counters on the wire in one epoch: a counter that goes on from epoch to epoch would tell that two logins are of one publisher.</summary>
    /// <param name="topicKey">TK.</param>
    /// <param name="sender">The sender's number.</param>
    public static ulong CounterMask(ReadOnlySpan<byte> topicKey, uint sender)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, sender);
        return BinaryPrimitives.ReadUInt64BigEndian(KeyDerivation.Hkdf(topicKey, "mask", number, 8));
    }

    /// <summary>The topic on the wire of one sender's messages in one epoch.</summary>
    /// <param name="topicKey">TK.</param>
    /// <param name="sender">The sender's number.</param>
    /// <param name="topic">The topic as the devices know it.</param>
    public static string WireTopic(ReadOnlySpan<byte> topicKey, uint sender, string topic)
    {
        var key = KeyDerivation.Hkdf(topicKey, "topic", [], KeyDerivation.MacSize);
        var text = _utf8.GetBytes(topic);
        var data = new byte[4 + text.Length];
        BinaryPrimitives.WriteUInt32BigEndian(data, sender);
        text.CopyTo(data.AsSpan(4));
        try
        {
            return "h/" + Name(key, data);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    /// <summary>A publisher's number as a sender: the first four bytes of SHA-256("hv1-sender"‖C).</summary>
    public static uint Sender(string client) =>
        BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData([.. "hv1-sender"u8, .. _utf8.GetBytes(client)]));

    /// <summary>The nonce of a count: u64 0 ‖ u64 count.</summary>
    internal static byte[] CountNonce(ulong count)
    {
        var nonce = new byte[HardenedCipher.NonceSize];
        BinaryPrimitives.WriteUInt64BigEndian(nonce.AsSpan(8), count);
        return nonce;
    }

    private static string Name(ReadOnlySpan<byte> key, ReadOnlySpan<byte> data) =>
        Convert.ToHexStringLower(KeyDerivation.Hmac(key, data).AsSpan(0, NameBytes));
}
