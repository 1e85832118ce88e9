namespace Harness.Brokers.Load;

/// <summary>One encoded PUBLISH (MQTT 3.1.1) of which only packet identifier and time differ from message to message.</summary>
internal sealed class MessageTemplate
{
    /// <summary>The bytes of the time at the start of each payload, and so the shortest payload.</summary>
    public const int StampSize = sizeof(long);

    private readonly byte[] _packet;
    private readonly int _payloadAt;
    private readonly bool _identified;

    /// <summary>Encodes the message once.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="bytes">Bytes of the payload, <see cref="StampSize"/> or more.</param>
    /// <param name="qos">QoS.</param>
    public MessageTemplate(string topic, int bytes, QualityOfService qos)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, StampSize);
        _identified = qos != QualityOfService.AtMostOnce;
        _packet = MqttCodec.Encode(new PublishPacket { Topic = topic, Payload = new byte[bytes], Qos = qos, PacketId = (ushort)(_identified ? 1 : 0) }, MqttVersion.V311);
        _payloadAt = _packet.Length - bytes;
    }

    /// <summary>Bytes of the whole packet.</summary>
    public int Length => _packet.Length;

    /// <summary>Writes one message.</summary>
    /// <param name="target">Receives <see cref="Length"/> bytes.</param>
    /// <param name="packetId">Packet identifier, not 0; not written with QoS 0.</param>
    /// <param name="stamp">The time that the payload carries, in ticks of the caller's clock.</param>
    public void Write(Span<byte> target, ushort packetId, long stamp)
    {
        _packet.CopyTo(target);
        if (_identified)
        {
            BinaryPrimitives.WriteUInt16BigEndian(target[(_payloadAt - 2)..], packetId);
        }

        BinaryPrimitives.WriteInt64BigEndian(target[_payloadAt..], stamp);
    }

    /// <summary>Reads the time of a received PUBLISH.</summary>
    /// <param name="body">The packet behind its fixed header.</param>
    /// <param name="qos">Its QoS.</param>
    /// <returns>The packet identifier (0 with QoS 0) and the time; a time of 0 where the payload is too short to hold one.</returns>
    public static (ushort PacketId, long Stamp) Read(ReadOnlySpan<byte> body, QualityOfService qos)
    {
        var at = 2 + BinaryPrimitives.ReadUInt16BigEndian(body);
        ushort id = 0;
        if (qos != QualityOfService.AtMostOnce)
        {
            id = BinaryPrimitives.ReadUInt16BigEndian(body[at..]);
            at += 2;
        }

        return (id, body.Length - at < StampSize ? 0 : BinaryPrimitives.ReadInt64BigEndian(body[at..]));
    }
}
