namespace Harness.Mqtt.Broker;

/// <summary>The listening address and the bounds of the broker. src/Harness.Mqtt/Broker/LIMITS.md lists the highest cost of each packet.</summary>
public sealed record MqttBrokerOptions
{
    /// <summary>Listening address; loopback by default.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port; 0 = an ephemeral one, see <see cref="MqttBroker.Endpoint"/>.</summary>
    public int Port { get; init; }

    /// <summary>Accepts clients without an Authentication Method, and with it MQTT 3.1.1; otherwise they get 0x87. User names and passwords are ignored unless <see cref="Passwords"/> judges them.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Judges user name and password of a client without an Authentication Method: success, or the reason of the refusal. Null judges none.</summary>
    public Func<PasswordLogin, ReasonCode>? Passwords { get; init; }

    /// <summary>Enhanced authentication; null refuses every Method (0x8C).</summary>
    public IEnhancedAuthenticator? Authenticator { get; init; }

    /// <summary>Decisions and notifications.</summary>
    public IBrokerHooks? Hooks { get; init; }

    /// <summary>Largest packet accepted, bytes; announced in CONNACK, a larger one is 0x95.</summary>
    public int MaximumPacketSize { get; init; } = 65536;

    /// <summary>Time-out from TCP accept to CONNACK, and of each re-authentication.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Connections of each kind at one time; one more gets CONNACK 0x97. The kinds are clients that proved their identity and clients that did not.
    /// A bound "of each kind" exists twice, so that clients without proof never take room from those with proof.</summary>
    public int MaximumConnections { get; init; } = 256;

    /// <summary>Connections of one address that have not sent a whole CONNECT; one more closes the oldest of them. As many connections as <see cref="MaximumConnections"/>
    /// may be without CONNACK in all; one more closes the oldest at the address that has the most.</summary>
    public int MaximumSilentPerAddress { get; init; } = 64;

    /// <summary>Sessions of each kind that outlive their connection; one more is not kept, and CONNACK says so (session expiry 0; 0x03 in 3.1.1).</summary>
    public int MaximumSessions { get; init; } = 1024;

    /// <summary>Subscriptions a session; one more gets 0x97.</summary>
    public int MaximumSubscriptions { get; init; } = 256;

    /// <summary>Subscriptions of all sessions of each kind, with which each PUBLISH is compared. One more gets 0x97.</summary>
    public int MaximumSubscriptionsInAll { get; init; } = 16384;

    /// <summary>Retained messages of each kind of publisher; one more gets 0x97. Expired ones make room.</summary>
    public int MaximumRetained { get; init; } = 4096;

    /// <summary>Bytes of the retained messages of each kind of publisher; more gets 0x97.</summary>
    public long MaximumRetainedBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Messages waiting for one client. A publisher waits for a connected client (<see cref="StallTimeout"/>); for one that is away its message gets 0x97.</summary>
    public int MaximumQueued { get; init; } = 1024;

    /// <summary>QoS 1 and 2 messages sent to one client and not acknowledged, where its Receive Maximum is not smaller.</summary>
    public int MaximumUnacknowledged { get; init; } = 256;

    /// <summary>Bytes of memory that one session may hold: subscriptions, and messages that wait or are not acknowledged. A session without room
    /// is treated as at <see cref="MaximumQueued"/>.</summary>
    public long MaximumHeldBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>The same for all sessions of each kind, wills included; one message a session is always accepted.</summary>
    public long MaximumHeldBytesInAll { get; init; } = 64 * 1024 * 1024;

    /// <summary>Longest time that a publisher waits for one client that does not read: then that client is disconnected (0x97) and
    /// <see cref="IBrokerHooks.LimitReached"/> is told of the messages it lost.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time from a message's arrival to its place in a subscriber's queue, not counting the wait for that subscriber itself; a later one is told as
    /// <see cref="BrokerLimit.Delayed"/>.</summary>
    public TimeSpan DeliveryBudget { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>QoS 1 and 2 messages accepted unacknowledged on one connection; announced in CONNACK, one more is 0x93.</summary>
    public ushort ReceiveMaximum { get; init; } = 64;

    /// <summary>Topic aliases that a client may set on one connection, announced in CONNACK, and most that the broker sets towards a client that allows them; 0 = none.
    /// Their topics are charged to the client's session.</summary>
    public ushort MaximumTopicAliases { get; init; } = 16;

    /// <summary>Longest keep-alive in seconds; null leaves it to the clients. One that asks for a longer one, or for none, gets this one in CONNACK (Server Keep Alive).
    /// MQTT 3.1.1 cannot be told: its clients keep their own.</summary>
    public ushort? ServerKeepAliveSeconds { get; init; }

    /// <summary>Topic filters to which nobody may subscribe (0x80 in SUBACK, which tells no reason). No message on a topic that one of them matches is sent to a client, whatever
    /// filter it subscribed to.</summary>
    public IReadOnlyList<string> ForbiddenFilters { get; init; } = [];

    /// <summary>The way in which it waits for what its connections bring.</summary>
    public SocketWaiting Waiting { get; init; }

    /// <summary>The clock of keep-alive, handshake time-out, expiry and stalled readers.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>True where <see cref="Address"/> is a broker's that stands elsewhere, resolved and checked before: its name is not resolved again.</summary>
    public bool Pinned { get; init; }

    /// <summary>A rig's settings for a broker that is a program of its own; the built-in broker needs none of it.</summary>
    public BrokerSetup Setup { get; init; } = new();

    /// <summary>Comparisons of a replay of retained messages for each time that a session is locked.</summary>
    internal int RetainedSlice { get; init; } = 256;
}
