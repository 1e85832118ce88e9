namespace Harness.Mqtt.Packets;

/// <summary>PUBLISH (section 3.3).</summary>
public sealed record PublishPacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.Publish;

    /// <summary>Topic name; empty only with a topic alias.</summary>
    public string Topic { get; init; } = "";

    /// <summary>Payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>QoS.</summary>
    public QualityOfService Qos { get; init; }

    /// <summary>True where the message was sent before.</summary>
    public bool Dup { get; init; }

    /// <summary>Retain.</summary>
    public bool Retain { get; init; }

    /// <summary>Packet identifier: 1 to 65,535 with QoS 1 and 2; 0 (not on the wire) with QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>Payload format; 1 = UTF-8 text (0x01).</summary>
    public byte? PayloadFormatIndicator { get; init; }

    /// <summary>Lifetime of the message in seconds (0x02).</summary>
    public uint? MessageExpiryInterval { get; init; }

    /// <summary>Content type (0x03).</summary>
    public string? ContentType { get; init; }

    /// <summary>Response topic (0x08).</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>Correlation data (0x09).</summary>
    public byte[]? CorrelationData { get; init; }

    /// <summary>Identifiers of the matching subscriptions, 1 to 268,435,455 (0x0B, broker to client).</summary>
    public IReadOnlyList<uint> SubscriptionIdentifiers { get; init; } = [];

    /// <summary>Topic alias (0x23).</summary>
    public ushort? TopicAlias { get; init; }

    /// <summary>True where it has a property of MQTT 5.</summary>
    internal bool HasProperties => PayloadFormatIndicator is not null || MessageExpiryInterval is not null || ContentType is not null || ResponseTopic is not null
        || CorrelationData is not null || TopicAlias is not null || SubscriptionIdentifiers.Count > 0 || UserProperties.Count > 0;
}

/// <summary>The common form of PUBACK, PUBREC, PUBREL and PUBCOMP (sections 3.4 to 3.7).</summary>
public abstract record PublishResponsePacket : MqttPacket
{
    private protected PublishResponsePacket()
    {
    }

    /// <summary>Packet identifier, 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>Reason; success in 3.1.1.</summary>
    public ReasonCode Reason { get; init; }

    /// <summary>Reason string, for a person (0x1F).</summary>
    public string? ReasonString { get; init; }
}

/// <summary>PUBACK: answer to QoS 1.</summary>
public sealed record PubAckPacket : PublishResponsePacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.PubAck;
}

/// <summary>PUBREC: first answer to QoS 2.</summary>
public sealed record PubRecPacket : PublishResponsePacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.PubRec;
}

/// <summary>PUBREL: answer to PUBREC.</summary>
public sealed record PubRelPacket : PublishResponsePacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.PubRel;
}

/// <summary>PUBCOMP: answer to PUBREL.</summary>
public sealed record PubCompPacket : PublishResponsePacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.PubComp;
}
