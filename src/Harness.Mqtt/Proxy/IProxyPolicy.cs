namespace Harness.Mqtt.Proxy;

/// <summary>The direction of bytes through the proxy.</summary>
public enum PacketDirection
{
    /// <summary>From client to broker.</summary>
    ToBroker,

    /// <summary>From broker to client.</summary>
    ToClient,
}

/// <summary>One packet that the adversary has intercepted.</summary>
/// <param name="Connection">Number of the connection through the proxy, from 1.</param>
/// <param name="Direction">The direction of the packet.</param>
/// <param name="Packet">The decoded packet; null where the bytes do not decode. A PUBLISH that came under a topic alias has its topic in full, and the alias.</param>
/// <param name="Raw">The packet's bytes. Where Packet is null: one undecodable packet, or a piece of a stream that lost its framing.</param>
/// <param name="Version">Version of the connection, from its CONNECT.</param>
public sealed record ProxiedPacket(int Connection, PacketDirection Direction, MqttPacket? Packet, ReadOnlyMemory<byte> Raw, MqttVersion Version)
{
    /// <summary>The packet's bytes for any connection: as they came, but a PUBLISH under a topic alias has its topic in full, as an alias means nothing elsewhere.</summary>
    public ReadOnlyMemory<byte> Standalone =>
        Packet is PublishPacket { TopicAlias: not null, Topic.Length: > 0 } publish ? MqttCodec.Encode(publish with { TopicAlias = null }, Version) : Raw;
}

/// <summary>Decides what the proxy does with each packet.</summary>
public interface IProxyPolicy
{
    /// <summary>Decides on one packet. Both directions and all connections call concurrently; within one direction of a connection calls are in order.</summary>
    /// <returns>The actions in order; empty = drop. Forward unchanged, send other bytes, both, several times, or close.</returns>
    ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken);
}

/// <summary>One action of the proxy.</summary>
public sealed record ProxyAction
{
    private ProxyAction(PacketDirection? direction, ReadOnlyMemory<byte> bytes, ProxiedPacket? forwarded = null)
        => (Direction, Bytes, Forwarded) = (direction, bytes, forwarded);

    /// <summary>Ends the connection on both sides.</summary>
    public static ProxyAction Close { get; } = new(null, default);

    /// <summary>The direction of the bytes; null = close.</summary>
    public PacketDirection? Direction { get; }

    /// <summary>The bytes to write.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The packet that this passes on; null where the bytes are made up.</summary>
    internal ProxiedPacket? Forwarded { get; }

    /// <summary>Passes a packet on in its direction.</summary>
    public static ProxyAction Forward(ProxiedPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        return new(packet.Direction, packet.Raw, packet);
    }

    /// <summary>Writes any bytes in either direction.</summary>
    public static ProxyAction Send(PacketDirection direction, ReadOnlyMemory<byte> raw) => new(direction, raw);

    /// <summary>Writes a packet in either direction.</summary>
    public static ProxyAction Send(PacketDirection direction, MqttPacket packet, MqttVersion version) => new(direction, MqttCodec.Encode(packet, version));
}

/// <summary>Bytes that the tap captured.</summary>
/// <param name="Connection">Number of the connection, from 1.</param>
/// <param name="Direction">The direction of the bytes.</param>
/// <param name="At">The time at which they were read, or written where <see cref="Left"/>.</param>
/// <param name="Bytes">The bytes.</param>
public sealed record CapturedBytes(int Connection, PacketDirection Direction, DateTimeOffset At, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>False: the bytes as they entered the proxy. True: the bytes as they left it, where they are not a packet passed on once and unchanged.</summary>
    public bool Left { get; init; }
}
