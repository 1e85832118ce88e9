namespace Harness.Mqtt;

/// <summary>How a client connects.</summary>
public sealed record MqttClientOptions
{
    /// <summary>Host name or address.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>TCP port, 1 to 65535.</summary>
    public int Port { get; init; }

    /// <summary>ClientId; empty asks the broker for one.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Protocol version. <see cref="Authentication"/> needs MQTT 5.</summary>
    public MqttVersion Version { get; init; } = MqttVersion.V5;

    /// <summary>Keep-alive in seconds, 0 = off. PINGREQ goes out where nothing was sent for so long; without an answer in half of it the connection ends.</summary>
    public ushort KeepAliveSeconds { get; init; } = 30;

    /// <summary>Discards the session the broker may hold.</summary>
    public bool CleanStart { get; init; } = true;

    /// <summary>Seconds the broker keeps the session; MQTT 5 only.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>User name.</summary>
    public string? UserName { get; init; }

    /// <summary>Password bytes.</summary>
    public byte[]? Password { get; init; }

    /// <summary>Largest packet taken, bytes; announced to the broker.</summary>
    public int MaximumPacketSize { get; init; } = 65536;

    /// <summary>QoS 1 messages taken unacknowledged; announced to the broker.</summary>
    public ushort ReceiveMaximum { get; init; } = 64;

    /// <summary>Messages that may wait unread in <see cref="MqttClient.Messages"/>; one more ends the connection with 0x97.</summary>
    public int MaximumUnreadMessages { get; init; } = 10_000;

    /// <summary>From TCP connect to CONNACK, and for each answer after it. A slow board needs minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Enhanced authentication; null = none.</summary>
    public IEnhancedAuthenticationClient? Authentication { get; init; }

    /// <summary>Will.</summary>
    public MqttMessage? Will { get; init; }

    /// <summary>Where time is read.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
