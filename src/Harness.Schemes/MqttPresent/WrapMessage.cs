using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Harness.Schemes.MqttPresent;

/// <summary>What the broker publishes on <c>aug/&lt;hex(C)&gt;/key</c>: u8 1 ‖ u16 len(topic) ‖ topic ‖ u16 len(peer) ‖ peer ‖ wrap.</summary>
/// <param name="Topic">The topic the pair talks on.</param>
/// <param name="Peer">The partner's ClientId.</param>
/// <param name="Wrap">Ks under the receiver's SK, <see cref="MqttPresentCipher.WrapLength"/> bytes.</param>
/// <remarks>Lengths are big-endian; text is UTF-8. Nothing authenticates it: the scheme as published has no such field.</remarks>
public sealed record WrapMessage(string Topic, string Peer, ReadOnlyMemory<byte> Wrap)
{
    /// <summary>The first byte.</summary>
    public const byte Version = 1;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The bytes of the message.</summary>
    /// <exception cref="ArgumentException">A text longer than 65,535 bytes.</exception>
    public byte[] Encode()
    {
        var topic = Strict.GetBytes(Topic);
        var peer = Strict.GetBytes(Peer);
        if (topic.Length > ushort.MaxValue || peer.Length > ushort.MaxValue)
        {
            throw new ArgumentException("Topic and peer have at most 65,535 bytes each.");
        }

        var bytes = new byte[1 + 2 + topic.Length + 2 + peer.Length + Wrap.Length];
        bytes[0] = Version;
        var rest = Put(bytes.AsSpan(1), topic);
        rest = Put(rest, peer);
        Wrap.Span.CopyTo(rest);
        return bytes;
    }

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
        if (!TryTake(ref rest, out var topic) || !TryTake(ref rest, out var peer) || rest.Length != MqttPresentCipher.WrapLength)
        {
            return false;
        }

        message = new WrapMessage(topic, peer, rest.ToArray());
        return true;
    }

    private static Span<byte> Put(Span<byte> target, byte[] field)
    {
        BinaryPrimitives.WriteUInt16BigEndian(target, (ushort)field.Length);
        field.CopyTo(target[2..]);
        return target[(2 + field.Length)..];
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (rest.Length < 2)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16BigEndian(rest);
        if (rest.Length < 2 + length)
        {
            return false;
        }

        try
        {
            text = Strict.GetString(rest.Slice(2, length));
        }
        catch (DecoderFallbackException)
        {
            return false;
        }

        rest = rest[(2 + length)..];
        return true;
    }
}
