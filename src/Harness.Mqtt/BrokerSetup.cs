namespace Harness.Mqtt;

/// <summary>The rights that a stand-alone broker gives to clients.</summary>
public enum BrokerRights
{
    /// <summary>Everybody may do everything.</summary>
    Open,

    /// <summary>A user name and its password let a client in; it may do everything.</summary>
    Password,

    /// <summary>Everybody may log in on topics and use the topics of the rig; the broker's own side alone speaks below <c>aug/</c>.</summary>
    Acl,

    /// <summary>As <see cref="Acl"/>, by Mosquitto's dynamic-security plugin; each login on topics makes a user of the client's own, bound to its ClientId.</summary>
    DynamicSecurity,
}

/// <summary>A user and its password at a broker. It never shows the password.</summary>
/// <param name="User">User name.</param>
/// <param name="Password">Password.</param>
public sealed record BrokerLogin(string User, ReadOnlyMemory<byte> Password)
{
    /// <inheritdoc/>
    public override string ToString() => $"user {User}";
}

/// <summary>A rig's settings of a broker that is a program of its own, or stands elsewhere.</summary>
public sealed record BrokerSetup
{
    /// <summary>The folder for the broker's log, which stays; null keeps the log beside its other files, which go with it.</summary>
    public string? LogFolder { get; init; }

    /// <summary>Host name or address of a broker that stands elsewhere.</summary>
    public string? Host { get; init; }

    /// <summary>True where the broker is reached by TLS.</summary>
    public bool Tls { get; init; }

    /// <summary>PEM file of the authorities that a broker elsewhere is held against; null for the system's.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The rights of clients.</summary>
    public BrokerRights Rights { get; init; }

    /// <summary>The user of <see cref="BrokerRights.Password"/>, and of a broker elsewhere.</summary>
    public BrokerLogin? Login { get; init; }

    /// <summary>Filters of topics that every client may use where rights are kept.</summary>
    public IReadOnlyList<string> Topics { get; init; } = ["lab/#"];

    /// <summary>The longest wait until a broker that was started takes clients.</summary>
    public TimeSpan StartWithin { get; init; } = TimeSpan.FromMinutes(2);
}
