using System.Net;

namespace Harness.Mqtt;

/// <summary>How the broker listens and what it bounds.</summary>
public sealed record MqttBrokerOptions
{
    /// <summary>Listening address; loopback unless told otherwise.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port; 0 = an ephemeral one, see <see cref="MqttBroker.Endpoint"/>.</summary>
    public int Port { get; init; }

    /// <summary>Accepts clients without an Authentication Method, and with it MQTT 3.1.1; else they get 0x87. User names and passwords are not looked at.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Enhanced authentication; null refuses every Method (0x8C).</summary>
    public IEnhancedAuthenticator? Authenticator { get; init; }

    /// <summary>Decisions and notifications.</summary>
    public IBrokerHooks? Hooks { get; init; }

    /// <summary>Largest packet taken, bytes; announced in CONNACK, more is 0x95.</summary>
    public int MaximumPacketSize { get; init; } = 65536;

    /// <summary>From TCP accept to CONNACK, and for each re-authentication.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections at one time, handshakes included; one more is closed unread.</summary>
    public int MaximumConnections { get; init; } = 256;

    /// <summary>Sessions kept while their clients are away; one more is not kept.</summary>
    public int MaximumSessions { get; init; } = 1024;

    /// <summary>Subscriptions a session; one more gets 0x97.</summary>
    public int MaximumSubscriptions { get; init; } = 256;

    /// <summary>Retained messages; one more gets 0x97.</summary>
    public int MaximumRetained { get; init; } = 4096;

    /// <summary>QoS 1 messages waiting for one client; one more drops the oldest.</summary>
    public int MaximumQueued { get; init; } = 1024;

    /// <summary>QoS 1 messages taken unacknowledged; announced in CONNACK.</summary>
    public ushort ReceiveMaximum { get; init; } = 64;

    /// <summary>Where time is read: keep-alive, hand-shake time-out, expiry.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
