namespace Harness.Sessions.Testbed;

/// <summary>The settings of a <see cref="SchemeTestbed"/>. The defaults need no bench: the built-in broker on an ephemeral loopback port and the built-in client.</summary>
public record TestbedOptions
{
    /// <summary>The scheme that broker and devices run, one of <see cref="SchemeNames"/>.</summary>
    public string Scheme { get; init; } = SchemeNames.MqttPresent;

    /// <summary>S, the broker's name.</summary>
    public string Server { get; init; } = "broker.test";

    /// <summary>PRESENT's key size, 80 or 128.</summary>
    public int KeyBits { get; init; } = 128;

    /// <summary>The cipher of the hardened scheme.</summary>
    public HardenedCipher PairCipher { get; init; } = HardenedCipher.PresentEax;

    /// <summary>True if the publisher signs with a key of its own, and subscribers demand it: by the scheme under hardened, else before the scheme seals.</summary>
    public bool Signed { get; init; }

    /// <summary>Gives a subscriber its pair password (hardened); null draws 32 hexadecimal digits.</summary>
    public Func<string>? PairPassword { get; init; }

    /// <summary>Gives a publisher in this process its TK, where somebody must know it (hardened); null lets it draw TK.</summary>
    public Func<byte[]>? TopicKeys { get; init; }

    /// <summary>True if devices pause after failed logins (hardened); false where an adversary makes them fail and waits for nothing.</summary>
    public bool BackOff { get; init; } = true;

    /// <summary>The folder in which each device keeps the numbers that never repeat (hardened); null for the memory of this process.</summary>
    public string? NumbersFolder { get; init; }

    /// <summary>The binding by which handshakes travel.</summary>
    public LoginBinding Binding { get; init; }

    /// <summary>The limit of one exchange; a board needs its rig's time-out.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The topic on which the publisher talks to its subscribers.</summary>
    public string Topic { get; init; } = "lab/level";

    /// <summary>Pairs that get a common traffic key (mqtt-present), besides the publisher and each subscriber that are there when the broker starts.</summary>
    public IReadOnlyList<KeyPair> MorePairs { get; init; } = [];

    /// <summary>The address on which the broker listens.</summary>
    public IPAddress Address { get; init; } = IPAddress.Loopback;

    /// <summary>The port on which the broker listens; 0 for an ephemeral one.</summary>
    public int Port { get; init; }

    /// <summary>The MQTT broker underneath; null for the built-in one.</summary>
    public StartMqttBroker? StartBroker { get; init; }

    /// <summary>The clock of broker and sessions.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Makes the broker another one than usual; the last word.</summary>
    public Func<SecureBrokerOptions, SecureBrokerOptions>? Configure { get; init; }
}

/// <summary>The parts of devices in what a testbed is about.</summary>
public enum DevicePart
{
    /// <summary>Logs in, and takes no part in what the others talk about.</summary>
    Bystander,

    /// <summary>Publishes on the testbed's topic.</summary>
    Publisher,

    /// <summary>Subscribes to the testbed's topic.</summary>
    Subscriber,
}

/// <summary>The times at which a device is told its names and password. Doing so wipes its keys and tokens.</summary>
public enum Provisioning
{
    /// <summary>At every login.</summary>
    Always,

    /// <summary>At the first login, and whenever its identity changed: a device that comes again keeps its tokens.</summary>
    OncePerIdentity,

    /// <summary>Never: the caller did it.</summary>
    ByCaller,
}

/// <summary>A login that differs from a device's usual one.</summary>
/// <param name="Password">Another password; null for the device's own.</param>
/// <param name="Endpoint">Another place; null for the tap where there is one, else the broker.</param>
/// <param name="Timeout">Another limit; null for the testbed's.</param>
public sealed record LoginRequest(string? Password = null, IPEndPoint? Endpoint = null, TimeSpan? Timeout = null)
{
    /// <summary>A device's usual login.</summary>
    public static LoginRequest Default { get; } = new();
}
