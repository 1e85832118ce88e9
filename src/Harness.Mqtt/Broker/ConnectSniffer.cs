namespace Harness.Mqtt.Broker;

/// <summary>Inspects a CONNECT that does not decode, to answer it in its own version.</summary>
internal static class ConnectSniffer
{
    /// <summary>Gets the refusal to send, or null where the bytes are no CONNECT or 3.1.1 has no code for it.</summary>
    public static byte[]? Refusal(ReadOnlySpan<byte> received, ReasonCode reason)
    {
        if (received.IsEmpty || received[0] != (byte)PacketType.Connect << 4)
        {
            return null;
        }

        // 3.1 and 3.1.1 know only return code 1 for a CONNECT the server does not understand (section 3.1.2.2 there).
        var version = Level(received) is < (byte)MqttVersion.V5 ? MqttVersion.V311 : MqttVersion.V5;
        return version == MqttVersion.V311 && reason != ReasonCode.UnsupportedProtocolVersion
            ? null
            : MqttCodec.Encode(new ConnAckPacket { Reason = reason }, version);
    }

    /// <summary>Reads the protocol level; null where the bytes end before it or the length is invalid.</summary>
    private static byte? Level(ReadOnlySpan<byte> received)
    {
        var at = 1;
        while (at < received.Length && at < 4 && (received[at] & 0x80) != 0)
        {
            at++;
        }

        at++;
        if (at + 2 > received.Length)
        {
            return null;
        }

        at += 2 + ((received[at] << 8) | received[at + 1]);
        return at < received.Length ? received[at] : null;
    }
}
