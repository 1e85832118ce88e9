namespace Harness.Mqtt.Packets;

/// <summary>The cases in which retained messages are sent for a subscription (section 3.8.3.1).</summary>
public enum RetainHandling : byte
{
    /// <summary>Sent at each subscribe.</summary>
    Send = 0,

    /// <summary>Sent only where the subscription is new.</summary>
    SendIfNew = 1,

    /// <summary>Never sent.</summary>
    DoNotSend = 2,
}

/// <summary>One filter of SUBSCRIBE with its options; 3.1.1 has only the QoS.</summary>
/// <param name="Filter">Topic filter.</param>
/// <param name="Qos">Largest QoS requested.</param>
public sealed record TopicSubscription(string Filter, QualityOfService Qos)
{
    /// <summary>True where the client's own messages are not sent back.</summary>
    public bool NoLocal { get; init; }

    /// <summary>True where the retain flag is passed on as it was published.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>The handling of retained messages at subscribe.</summary>
    public RetainHandling RetainHandling { get; init; }
}

/// <summary>SUBSCRIBE (section 3.8).</summary>
public sealed record SubscribePacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.Subscribe;

    /// <summary>Packet identifier, 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>The filters, at least one.</summary>
    public IReadOnlyList<TopicSubscription> Subscriptions { get; init; } = [];

    /// <summary>Subscription identifier, 1 to 268,435,455 (0x0B).</summary>
    public uint? SubscriptionIdentifier { get; init; }
}

/// <summary>SUBACK (section 3.9).</summary>
public sealed record SubAckPacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.SubAck;

    /// <summary>Packet identifier, 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>The reasons, one a filter, in order.</summary>
    public IReadOnlyList<ReasonCode> Reasons { get; init; } = [];

    /// <summary>Reason string, for a person (0x1F).</summary>
    public string? ReasonString { get; init; }
}

/// <summary>UNSUBSCRIBE (section 3.10).</summary>
public sealed record UnsubscribePacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.Unsubscribe;

    /// <summary>Packet identifier, 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>The filters, at least one.</summary>
    public IReadOnlyList<string> Filters { get; init; } = [];
}

/// <summary>UNSUBACK (section 3.11); without reasons in 3.1.1.</summary>
public sealed record UnsubAckPacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.UnsubAck;

    /// <summary>Packet identifier, 1 to 65,535.</summary>
    public ushort PacketId { get; init; }

    /// <summary>The reasons, one a filter, in order; empty in 3.1.1.</summary>
    public IReadOnlyList<ReasonCode> Reasons { get; init; } = [];

    /// <summary>Reason string, for a person (0x1F).</summary>
    public string? ReasonString { get; init; }
}
