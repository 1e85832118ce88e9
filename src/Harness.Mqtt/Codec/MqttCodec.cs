namespace Harness.Mqtt.Codec;

/// <summary>Encodes and decodes packets of MQTT 3.1.1 and 5.0. Pure functions.</summary>
public static class MqttCodec
{
    // Encoding waits for nothing, so a thread has one packet at work at a time.
    [ThreadStatic]
    private static PacketWriter? _writer;

    /// <summary>Encodes one packet in the shortest form that the specification allows, properties by ascending identifier.</summary>
    /// <param name="packet">The packet; members that the version lacks are left out.</param>
    /// <param name="version">The protocol level, also the one written into CONNECT.</param>
    /// <exception cref="ArgumentException">A field that cannot be written: too long, not UTF-8, AUTH in 3.1.1, an identifier out of range.</exception>
    public static byte[] Encode(MqttPacket packet, MqttVersion version)
    {
        ArgumentNullException.ThrowIfNull(packet);
        return EncodeBriefly(packet, version).ToArray();
    }

    /// <summary>Encodes one packet into memory of this thread.</summary>
    /// <returns>Its bytes, until this thread encodes the next.</returns>
    /// <inheritdoc cref="Encode"/>
    internal static ReadOnlySpan<byte> EncodeBriefly(MqttPacket packet, MqttVersion version)
    {
        var body = _writer ??= new PacketWriter();
        body.Clear();
        var flags = PacketEncoder.WriteBody(packet, version, body);
        return body.Packet((byte)(((byte)packet.Type << 4) | flags));
    }

    /// <summary>Decodes the packet at the start of a buffer.</summary>
    /// <param name="buffer">Bytes received so far.</param>
    /// <param name="version">Version of the connection; CONNECT has its own in <see cref="ConnectPacket.Version"/>.</param>
    /// <param name="limits">Bounds.</param>
    /// <param name="packet">The packet, or null.</param>
    /// <param name="consumed">The number of its bytes, or 0.</param>
    /// <returns>False where more bytes are needed.</returns>
    /// <exception cref="MqttProtocolException">0x81 malformed, 0x82 protocol error, 0x84 unknown protocol, 0x94, 0x95 too large (from the fixed header alone), 0x97.</exception>
    public static bool TryDecode(ReadOnlySpan<byte> buffer, MqttVersion version, MqttLimits limits, out MqttPacket? packet, out int consumed)
    {
        ArgumentNullException.ThrowIfNull(limits);
        packet = null;
        consumed = 0;
        if (!TryReadHeader(buffer, version, out var first, out var total, out var headerLength))
        {
            return false;
        }

        if (total > limits.MaximumPacketSize)
        {
            throw new MqttProtocolException(ReasonCode.PacketTooLarge, $"a packet of {total} bytes is announced where {limits.MaximumPacketSize} are taken");
        }

        if (buffer.Length < total)
        {
            return false;
        }

        packet = PacketDecoder.Read(first, buffer[headerLength..total], version, limits);
        consumed = total;
        return true;
    }

    /// <summary>Reads type, flags and length; refuses bytes that no packet can start with.</summary>
    /// <param name="buffer">Bytes received so far.</param>
    /// <param name="version">Version of the connection.</param>
    /// <param name="first">First byte.</param>
    /// <param name="total">Length of the whole packet, at most 268,435,460.</param>
    /// <param name="headerLength">Length of the fixed header.</param>
    internal static bool TryReadHeader(ReadOnlySpan<byte> buffer, MqttVersion version, out byte first, out int total, out int headerLength)
    {
        (first, total, headerLength) = (0, 0, 0);
        if (buffer.IsEmpty)
        {
            return false;
        }

        first = buffer[0];
        CheckFirstByte(first, version);
        if (!PacketReader.TryReadVarInt(buffer[1..], out var remaining, out var length))
        {
            return false;
        }

        headerLength = 1 + length;
        total = headerLength + (int)remaining;
        return true;
    }

    private static void CheckFirstByte(byte first, MqttVersion version)
    {
        var type = (PacketType)(first >> 4);
        var flags = first & 0x0F;
        var wanted = type is PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe ? 2 : 0;
        if (first >> 4 == 0 || (type == PacketType.Auth && version == MqttVersion.V311))
        {
            throw PacketReader.Malformed($"packet type {first >> 4} is reserved");
        }

        if (type == PacketType.Publish ? (flags & 0b0110) == 0b0110 : flags != wanted)
        {
            throw PacketReader.Malformed($"{type} cannot carry flags {flags:X1}");
        }
    }
}
