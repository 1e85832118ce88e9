namespace Harness.Sessions.Broker;

/// <summary>Options of a broker with AugPAKE accounts.</summary>
public sealed record SecureBrokerOptions
{
    /// <summary>S, 1 to 64 bytes of UTF-8.</summary>
    public required string ServerName { get; init; }

    /// <summary>The scheme whose broker's side runs, one of <see cref="Harness.Schemes.SchemeNames"/>.</summary>
    public string Scheme { get; init; } = Harness.Schemes.SchemeNames.MqttPresent;

    /// <summary>Its accounts.</summary>
    public IReadOnlyList<Account> Accounts { get; init; } = [];

    /// <summary>Pairs of clients that get a common traffic key, by topic (mqtt-present).</summary>
    public IReadOnlyList<KeyPair> Pairs { get; init; } = [];

    /// <summary>The pseudonyms of clients (hardened).</summary>
    public IReadOnlyList<PseudonymAccount> Pseudonyms { get; init; } = [];

    /// <summary>The accounts of SCRAM (scram, password).</summary>
    public IReadOnlyList<ScramAccount> ScramAccounts { get; init; } = [];

    /// <summary>The cipher of pair messages (hardened).</summary>
    public HardenedCipher PairCipher { get; init; } = HardenedCipher.PresentEax;

    /// <summary>Stores a client's next j before its login goes on (hardened); null keeps it in memory alone.</summary>
    public Action<string, ulong>? StorePseudonym { get; init; }

    /// <summary>PRESENT's key size on this rig, 80 or 128.</summary>
    public int KeyBits { get; init; } = 128;

    /// <summary>Handshakes after which traffic keys are handed out; the paper's is <c>as-published</c> alone.</summary>
    public IReadOnlyList<AugPakeProfile> KeyProfiles { get; init; } = [AugPakeProfile.AsPublished];

    /// <summary>When a client is locked out.</summary>
    public LockoutOptions Lockout { get; init; } = LockoutOptions.Default;

    /// <summary>Takes clients without an Authentication Method, and with it MQTT 3.1.1. Nothing under <c>aug/</c> is theirs but the registration
    /// and the login on <c>aug/&lt;hex(C)&gt;/c</c> and <c>/s</c> (topic binding), after which the connection has C's topics.</summary>
    public bool AllowAnonymous { get; init; }

    /// <summary>Bounds of logins on topics; their lifetime is <see cref="HandshakeTimeout"/>.</summary>
    public TopicExchangeOptions TopicLogins { get; init; } = TopicExchangeOptions.Default;

    /// <summary>Takes W on <c>aug/&lt;hex(C)&gt;/reg</c> as the paper publishes it: whoever comes first with a name has it.</summary>
    public bool AsPublishedRegistration { get; init; }

    /// <summary>Most accounts that registration may add.</summary>
    public int MaximumRegistrations { get; init; } = 1024;

    /// <summary>Listening address.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port; 0 = an ephemeral one.</summary>
    public int Port { get; init; }

    /// <summary>From TCP accept to CONNACK; a slow board needs minutes.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Clients at once where nobody says otherwise.</summary>
    public static int DefaultConnections { get; } = new MqttBrokerOptions().MaximumConnections;

    /// <inheritdoc cref="MqttBrokerOptions.MaximumConnections"/>
    public int MaximumConnections { get; init; } = DefaultConnections;

    /// <summary>Largest packet taken, bytes.</summary>
    public int MaximumPacketSize { get; init; } = 65536;

    /// <inheritdoc cref="MqttBrokerOptions.ServerKeepAliveSeconds"/>
    public ushort? ServerKeepAliveSeconds { get; init; }

    /// <inheritdoc cref="MqttBrokerOptions.ForbiddenFilters"/>
    public IReadOnlyList<string> ForbiddenFilters { get; init; } = [];

    /// <summary>The MQTT broker underneath; the built-in one unless the rig names another.</summary>
    public StartMqttBroker StartBroker { get; init; } = async (options, token) => await MqttBroker.StartAsync(options, token).ConfigureAwait(false);

    /// <summary>Clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
