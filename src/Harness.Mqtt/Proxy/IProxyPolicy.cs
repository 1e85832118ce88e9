namespace Harness.Mqtt;

/// <summary>Which way bytes travel.</summary>
public enum Direction
{
    /// <summary>From client to broker.</summary>
    ToBroker,

    /// <summary>From broker to client.</summary>
    ToClient,
}

/// <summary>One packet in the adversary's hand.</summary>
/// <param name="Connection">Number of the connection through the proxy, from 1.</param>
/// <param name="Direction">Where it is going.</param>
/// <param name="Packet">Decoded; null where the bytes do not decode.</param>
/// <param name="Raw">Its bytes. Where Packet is null: one undecodable packet, or a piece of a stream that lost its framing.</param>
/// <param name="Version">Version of the connection, learnt from its CONNECT.</param>
public sealed record ProxiedPacket(int Connection, Direction Direction, MqttPacket? Packet, ReadOnlyMemory<byte> Raw, MqttVersion Version);

/// <summary>What is done with each packet.</summary>
public interface IProxyPolicy
{
    /// <summary>Decides on one packet. Both directions and all connections call concurrently; within one direction of a connection calls are in order.</summary>
    /// <returns>Actions in order; empty = drop. Forward unchanged, send something else, both, several times, or close.</returns>
    ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken);
}

/// <summary>One thing the proxy does.</summary>
public sealed record ProxyAction
{
    private ProxyAction(Direction? direction, ReadOnlyMemory<byte> bytes, ProxiedPacket? forwarded = null)
        => (Direction, Bytes, Forwarded) = (direction, bytes, forwarded);

    /// <summary>Ends the connection on both sides.</summary>
    public static ProxyAction Close { get; } = new(null, default);

    /// <summary>Where the bytes go; null = close.</summary>
    public Direction? Direction { get; }

    /// <summary>Bytes to write.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The packet this passes on; null where bytes are made up.</summary>
    internal ProxiedPacket? Forwarded { get; }

    /// <summary>Passes a packet on in its direction.</summary>
    public static ProxyAction Forward(ProxiedPacket packet)
    {
        ArgumentNullException.ThrowIfNull(packet);
        return new(packet.Direction, packet.Raw, packet);
    }

    /// <summary>Writes any bytes to either side.</summary>
    public static ProxyAction Send(Direction direction, ReadOnlyMemory<byte> raw) => new(direction, raw);

    /// <summary>Writes a packet to either side.</summary>
    public static ProxyAction Send(Direction direction, MqttPacket packet, MqttVersion version) => new(direction, MqttCodec.Encode(packet, version));
}

/// <summary>Bytes at the tap.</summary>
/// <param name="Connection">Number of the connection, from 1.</param>
/// <param name="Direction">Where they were going.</param>
/// <param name="At">When they were read, or written where <see cref="Left"/>.</param>
/// <param name="Bytes">The bytes.</param>
public sealed record CapturedBytes(int Connection, Direction Direction, DateTimeOffset At, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>False: as they entered the proxy. True: as they left it, where these bytes are not a packet passed on once and unchanged.</summary>
    public bool Left { get; init; }
}
