namespace Harness.Schemes.MqttPresent;

/// <summary>The message that the broker publishes on <c>aug/&lt;hex(C)&gt;/key</c>: u8 1 ‖ u16 len(topic) ‖ topic ‖ u16 len(peer) ‖ peer ‖ wrap.</summary>
/// <param name="Topic">The topic that the pair communicates on.</param>
/// <param name="Peer">The partner's ClientId.</param>
/// <param name="Wrap">Ks under the receiver's SK, <see cref="MqttPresentCipher.WrapLength"/> bytes.</param>
/// <remarks>Lengths are big-endian; text is UTF-8. Nothing authenticates it: the scheme as published has no such field.</remarks>
public sealed record WrapMessage(string Topic, string Peer, ReadOnlyMemory<byte> Wrap)
{
    /// <summary>The first byte.</summary>
    public const byte Version = 1;

    /// <summary>The bytes of the message.</summary>
    /// <exception cref="ArgumentException">A text longer than 65,535 bytes.</exception>
    public byte[] Encode() => [Version, .. TextField.Encode(Topic, "A topic"), .. TextField.Encode(Peer, "A peer's name"), .. Wrap.Span];

    /// <summary>Reads a message.</summary>
    /// <param name="bytes">The payload of the PUBLISH.</param>
    /// <param name="message">The message; null where it is malformed.</param>
    /// <returns>False for another version, a cut field, text that is not UTF-8, or a wrap of another length.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out WrapMessage? message)
    {
        message = null;
        if (bytes.Length < 1 || bytes[0] != Version)
        {
            return false;
        }

        var rest = bytes[1..];
        if (!TextField.TryTake(ref rest, out var topic) || !TextField.TryTake(ref rest, out var peer) || rest.Length != MqttPresentCipher.WrapLength)
        {
            return false;
        }

        message = new WrapMessage(topic, peer, rest.ToArray());
        return true;
    }
}
