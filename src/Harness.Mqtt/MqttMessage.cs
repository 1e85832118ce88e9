namespace Harness.Mqtt;

/// <summary>Protocol level of CONNECT.</summary>
public enum MqttVersion : byte
{
    /// <summary>MQTT 3.1.1, level 4.</summary>
    V311 = 4,

    /// <summary>MQTT 5.0, level 5.</summary>
    V5 = 5,
}

/// <summary>Quality of service (MQTT 5 section 4.3).</summary>
public enum QualityOfService : byte
{
    /// <summary>QoS 0.</summary>
    AtMostOnce = 0,

    /// <summary>QoS 1.</summary>
    AtLeastOnce = 1,

    /// <summary>QoS 2: codec and broker support it, the client of the devices refuses it (0x9B).</summary>
    ExactlyOnce = 2,
}

/// <summary>An application message.</summary>
/// <param name="Topic">Topic name, without wildcards.</param>
/// <param name="Payload">Any bytes.</param>
/// <param name="Qos">QoS it is sent or arrived with.</param>
/// <param name="Retain">Retain flag as sent or as it arrived.</param>
public sealed record MqttMessage(string Topic, ReadOnlyMemory<byte> Payload, QualityOfService Qos, bool Retain);

/// <summary>A name-value pair of MQTT 5 (property 0x26).</summary>
/// <param name="Name">At most 65,535 bytes of UTF-8.</param>
/// <param name="Value">At most 65,535 bytes of UTF-8.</param>
public sealed record UserProperty(string Name, string Value);

/// <summary>The bounds of decoding.</summary>
public sealed record MqttLimits
{
    /// <summary>Bounds of 64 KiB a packet and 64 user properties.</summary>
    public static MqttLimits Default { get; } = new();

    /// <summary>Largest whole packet in bytes, fixed header included; a larger one is 0x95, detected from the fixed header before the rest is buffered.</summary>
    public int MaximumPacketSize { get; init; } = 65536;

    /// <summary>True where packets come from a server: one that only a client may send is a protocol error.</summary>
    public bool FromServer { get; init; }

    /// <summary>Largest number of user properties in one packet; more is 0x97.</summary>
    public int MaximumUserProperties { get; init; } = 64;
}
