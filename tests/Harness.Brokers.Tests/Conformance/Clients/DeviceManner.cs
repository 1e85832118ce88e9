namespace Harness.Brokers.Tests.Conformance.Clients;

/// <summary>The habits of a scripted device. Without hooks it does nothing wrong.</summary>
internal sealed record DeviceManner
{
    public string ClientId { get; init; } = "device";

    public bool CleanStart { get; init; } = true;

    public ushort KeepAlive { get; init; }

    public MqttWill? Will { get; init; }

    public string? User { get; init; }

    public byte[]? Password { get; init; }

    public string? Method { get; init; }

    /// <summary>Topic aliases that it accepts, and whether it uses some.</summary>
    public ushort? AliasMaximum { get; init; }

    public bool UsesAliases { get; init; }

    /// <summary>False where it neither subscribes nor publishes.</summary>
    public bool Acts { get; init; } = true;

    public bool Retains { get; init; }

    public string? ResponseTopic { get; init; }

    public bool Shares { get; init; }

    /// <summary>True where it ends no connection for what comes on it.</summary>
    public bool Tolerates { get; init; }

    /// <summary>True where it does not close after DISCONNECT.</summary>
    public bool Lingers { get; init; }

    /// <summary>True where it answers AUTH that it did not ask for.</summary>
    public bool AnswersAuth { get; init; }

    /// <summary>Alters a packet before it is written; null drops it. Made anew for each device.</summary>
    public Func<Func<MqttPacket, MqttPacket?>> Packet { get; init; } = () => p => p;

    /// <summary>Alters the bytes of a packet. Made anew for each device.</summary>
    public Func<Func<byte[], byte[]>> Bytes { get; init; } = () => b => b;

    /// <summary>Alters a packet that came; null does not see it. Made anew for each device.</summary>
    public Func<Func<MqttPacket, MqttPacket?>> Hears { get; init; } = () => p => p;
}
