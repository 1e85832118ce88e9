namespace Harness.Mqtt.Client;

/// <summary>The options of a client's connection.</summary>
public sealed record MqttClientOptions
{
    /// <summary>Host name or address.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port, 1 to 65535.</summary>
    public int Port { get; init; }

    /// <summary>ClientId; empty asks the broker to assign one.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Protocol version. <see cref="Authentication"/> needs MQTT 5.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>Keep-alive in seconds, 0 = off. PINGREQ is sent where nothing was sent for that time; without an answer in half of it the connection ends.</summary>
    public ushort KeepAliveSeconds { get; init; } = 30;

    /// <summary>True to discard the session that the broker may hold.</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>Seconds the broker keeps the session; MQTT 5 only.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>User name.</summary>
    public string? UserName { get; init; }

    /// <summary>Password bytes.</summary>
    public byte[]? Password { get; init; }

    /// <summary>Largest packet accepted, bytes; announced to the broker.</summary>
    public int MaximumPacketSize { get; init; } = 65536;

    /// <summary>QoS 1 messages accepted unacknowledged; announced to the broker.</summary>
    public ushort ReceiveMaximum { get; init; } = 64;

    /// <summary>Messages that may wait unread in <see cref="MqttClient.Messages"/>; one more ends the connection with 0x97.</summary>
    public int MaximumUnreadMessages { get; init; } = 10_000;

    /// <summary>Time-out from TCP connect to CONNACK, and of each answer after it. A slow board needs minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Enhanced authentication; null = none.</summary>
    public IEnhancedAuthenticationClient? Authentication { get; init; }

    /// <summary>The will; null = none.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>The clock of the time-outs.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
