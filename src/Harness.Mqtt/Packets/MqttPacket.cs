namespace Harness.Mqtt.Packets;

/// <summary>Packet type: the high four bits of the first byte (section 2.1.2).</summary>
public enum PacketType : byte
{
#pragma warning disable CS1591 // the names are the specification's
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,
    Auth = 15,
#pragma warning restore CS1591
}

/// <summary>One control packet. Members of MQTT 5 only are null where absent and are not written in 3.1.1.</summary>
/// <remarks>Byte arrays compare by reference in the records' equality: compare encodings instead.</remarks>
public abstract record MqttPacket
{
    private protected MqttPacket()
    {
    }

    /// <summary>Packet type.</summary>
    public abstract PacketType Type { get; }

    /// <summary>User properties in their order (0x26); none in 3.1.1, PINGREQ and PINGRESP.</summary>
    public IReadOnlyList<UserProperty> UserProperties { get; init; } = [];

    /// <summary>Gets type, reason and method, as errors name the packet.</summary>
    internal string Describe() => this switch
    {
        AuthPacket p => $"AUTH 0x{(byte)p.Reason:X2} of method {p.AuthenticationMethod ?? "(none)"}",
        DisconnectPacket p => $"DISCONNECT 0x{(byte)p.Reason:X2}",
        ConnAckPacket p => $"CONNACK 0x{(byte)p.Reason:X2}",
        _ => Type.ToString(),
    };
}

/// <summary>PINGREQ (section 3.12).</summary>
public sealed record PingReqPacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.PingReq;
}

/// <summary>PINGRESP (section 3.13).</summary>
public sealed record PingRespPacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.PingResp;
}

/// <summary>DISCONNECT (section 3.14); in 3.1.1 without reason and properties.</summary>
public sealed record DisconnectPacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.Disconnect;

    /// <summary>The reason of the end.</summary>
    public ReasonCode Reason { get; init; }

    /// <summary>Seconds the session is kept; 0xFFFFFFFF = for ever (0x11, client only).</summary>
    public uint? SessionExpiryInterval { get; init; }

    /// <summary>Reason string, for a person (0x1F).</summary>
    public string? ReasonString { get; init; }

    /// <summary>Reference to another server (0x1C).</summary>
    public string? ServerReference { get; init; }
}

/// <summary>AUTH (section 3.15); MQTT 5 only.</summary>
public sealed record AuthPacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.Auth;

    /// <summary>The reason: 0x00, 0x18 or 0x19.</summary>
    public ReasonCode Reason { get; init; }

    /// <summary>Authentication Method (0x15); an endpoint refuses an AUTH without it (0x82).</summary>
    public string? AuthenticationMethod { get; init; }

    /// <summary>Authentication Data (0x16).</summary>
    public byte[]? AuthenticationData { get; init; }

    /// <summary>Reason string, for a person (0x1F).</summary>
    public string? ReasonString { get; init; }
}
