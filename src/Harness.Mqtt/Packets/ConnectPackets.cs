namespace Harness.Mqtt.Packets;

/// <summary>CONNECT (section 3.1).</summary>
public sealed record ConnectPacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.Connect;

    /// <summary>The protocol level that was decoded. Encoding writes the level given to <see cref="MqttCodec.Encode"/>, not this one.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>ClientId; may be empty.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Clean Start (Clean Session in 3.1.1).</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>Keep-alive in seconds; 0 = off.</summary>
    public ushort KeepAliveSeconds { get; init; }

    /// <summary>User name.</summary>
    public string? UserName { get; init; }

    /// <summary>Password bytes; in 3.1.1 only with a user name.</summary>
    public byte[]? Password { get; init; }

    /// <summary>Will.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>Seconds the session outlives the connection; absent = 0, 0xFFFFFFFF = for ever (0x11).</summary>
    public uint? SessionExpiryInterval { get; init; }

    /// <summary>QoS 1 messages that the client accepts unacknowledged; absent = 65,535 (0x21).</summary>
    public ushort? ReceiveMaximum { get; init; }

    /// <summary>Largest packet that the client accepts, bytes (0x27).</summary>
    public uint? MaximumPacketSize { get; init; }

    /// <summary>Topic aliases that the client accepts (0x22).</summary>
    public ushort? TopicAliasMaximum { get; init; }

    /// <summary>True to ask for response information (0x19).</summary>
    public bool? RequestResponseInformation { get; init; }

    /// <summary>False to ask for no reason strings (0x17).</summary>
    public bool? RequestProblemInformation { get; init; }

    /// <summary>Authentication Method (0x15).</summary>
    public string? AuthenticationMethod { get; init; }

    /// <summary>Authentication Data (0x16); never without a Method.</summary>
    public byte[]? AuthenticationData { get; init; }
}

/// <summary>Will of CONNECT (sections 3.1.2.5 and 3.1.3.2).</summary>
/// <param name="Topic">Topic name.</param>
/// <param name="Payload">Payload, at most 65,535 bytes.</param>
/// <param name="Qos">QoS.</param>
/// <param name="Retain">Retain.</param>
public sealed record MqttWill(string Topic, ReadOnlyMemory<byte> Payload, QualityOfService Qos, bool Retain)
{
    /// <summary>Delay of the will in seconds (0x18).</summary>
    public uint? DelayInterval { get; init; }

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

    /// <summary>User properties (0x26).</summary>
    public IReadOnlyList<UserProperty> UserProperties { get; init; } = [];
}

/// <summary>CONNACK (section 3.2). In 3.1.1 the return codes 0 to 5 are read and written as the MQTT 5 reasons of the same meaning.</summary>
public sealed record ConnAckPacket : MqttPacket
{
    /// <inheritdoc/>
    public override PacketType Type => PacketType.ConnAck;

    /// <summary>True where the broker resumed a session.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>The reason: 0x00 or a refusal.</summary>
    public ReasonCode Reason { get; init; }

    /// <summary>Session expiry granted, seconds (0x11).</summary>
    public uint? SessionExpiryInterval { get; init; }

    /// <summary>ClientId given to a client that sent none (0x12).</summary>
    public string? AssignedClientIdentifier { get; init; }

    /// <summary>Keep-alive the client must use, seconds (0x13).</summary>
    public ushort? ServerKeepAlive { get; init; }

    /// <summary>Authentication Method (0x15).</summary>
    public string? AuthenticationMethod { get; init; }

    /// <summary>Authentication Data (0x16).</summary>
    public byte[]? AuthenticationData { get; init; }

    /// <summary>Response information (0x1A).</summary>
    public string? ResponseInformation { get; init; }

    /// <summary>Reference to another server (0x1C).</summary>
    public string? ServerReference { get; init; }

    /// <summary>Reason string, for a person (0x1F).</summary>
    public string? ReasonString { get; init; }

    /// <summary>QoS 1 messages that the broker accepts unacknowledged (0x21).</summary>
    public ushort? ReceiveMaximum { get; init; }

    /// <summary>Topic aliases that the broker accepts (0x22).</summary>
    public ushort? TopicAliasMaximum { get; init; }

    /// <summary>Largest QoS, 0 or 1; absent = 2 (0x24).</summary>
    public byte? MaximumQos { get; init; }

    /// <summary>Retain available (0x25).</summary>
    public bool? RetainAvailable { get; init; }

    /// <summary>Largest packet that the broker accepts, bytes (0x27).</summary>
    public uint? MaximumPacketSize { get; init; }

    /// <summary>Wildcards available (0x28).</summary>
    public bool? WildcardSubscriptionAvailable { get; init; }

    /// <summary>Subscription identifiers available (0x29).</summary>
    public bool? SubscriptionIdentifierAvailable { get; init; }

    /// <summary>Shared subscriptions available (0x2A).</summary>
    public bool? SharedSubscriptionAvailable { get; init; }
}
