namespace Harness.Sessions;

/// <summary>Bindings of AugPAKE to MQTT.</summary>
public enum LoginBinding
{
    /// <summary>MQTT 5 enhanced authentication.</summary>
    EnhancedAuthentication,

    /// <summary>Messages on <c>aug/&lt;hex(C)&gt;/c</c> and <c>/s</c> over MQTT 3.1.1, which any broker carries.</summary>
    Topics,
}

/// <summary>Options of a device's login and session.</summary>
public sealed record DeviceSessionOptions
{
    /// <summary>The broker, or the tap in front of it.</summary>
    public required IPEndPoint Endpoint { get; init; }

    /// <summary>Names, password, group and profile.</summary>
    public required PartyIdentity Identity { get; init; }

    /// <summary>Binding of the handshake to MQTT.</summary>
    public LoginBinding Binding { get; init; }

    /// <summary>Wait for an answer on topics before the step is repeated, byte for byte.</summary>
    public TimeSpan TopicRepeat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>True at a broker that tells nobody who subscribed: the key topic is subscribed to before the login, as a wrap that comes before is gone.</summary>
    public bool KeyTopicFirst { get; init; }

    /// <summary>User and password for a stock broker that wants them; null for none. Only with logins on topics.</summary>
    public BrokerLogin? User { get; init; }

    /// <summary>False where the party was provisioned before, perhaps with something else than <see cref="Identity"/>.</summary>
    public bool Provision { get; init; } = true;

    /// <summary>PRESENT's key size on this rig, 80 or 128.</summary>
    public int KeyBits { get; init; } = 128;

    /// <summary>From TCP connect to V_S, and for a re-authentication; a slow board needs minutes.</summary>
    public TimeSpan LoginTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Keep-alive in seconds; 0 turns it off.</summary>
    public ushort KeepAliveSeconds { get; init; } = 30;

    /// <summary>Takes every duration the party reports; may be called from any thread.</summary>
    public Action<OperationSample>? Observe { get; init; }

    /// <summary>Signatures on readings, whatever the scheme; null for none. The scheme hardened signs by itself and takes none.</summary>
    public SignedPayloads? Signed { get; init; }

    /// <summary>Clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}

/// <summary>A traffic key as a session knows it.</summary>
/// <param name="Topic">The topic it is for.</param>
/// <param name="Peer">The partner's ClientId.</param>
/// <param name="Fingerprint">Fingerprint of Ks as the device reports it, 16 hex digits.</param>
public sealed record TrafficKey(string Topic, string Peer, string Fingerprint);

/// <summary>A message the device opened.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Plaintext">The plaintext that the device opened.</param>
public sealed record OpenedMessage(string Topic, ReadOnlyMemory<byte> Plaintext);
