using System.Net;

namespace Harness.Mqtt;

/// <summary>A bound of the broker that had a consequence.</summary>
public enum BrokerLimit
{
    /// <summary>A subscriber's connection made no room for <see cref="MqttBrokerOptions.StallTimeout"/> while a message waited for it: it was disconnected (0x97).</summary>
    StalledReader,

    /// <summary>Messages for a subscriber were dropped: its session is full and it is away, or it published them itself.</summary>
    QueueFull,

    /// <summary>A message to retain was dropped: the store is full.</summary>
    RetainedFull,

    /// <summary>Connections that had not finished CONNECT were closed to let newer ones of their address in.</summary>
    UnfinishedConnections,

    /// <summary>A client was refused (0x97): as many of its kind are connected as may be.</summary>
    Connections,

    /// <summary>A client's session is not kept although it asked for that, as CONNACK told it: as many of its kind are kept as may be.</summary>
    KeptSessions,
}

/// <summary>What the broker dropped, ended or refused by one of its bounds. A lost message is the rig's doing, not a device's.</summary>
/// <param name="Limit">Bound.</param>
/// <param name="ClientId">ClientId that it hit: the subscriber that misses messages, or the publisher whose message is not retained; null where none is known.</param>
/// <param name="Address">Address that it hit, where no ClientId is known.</param>
/// <param name="Messages">Messages lost by this; 0 where none was.</param>
/// <param name="Connections">Connections closed or refused so far by this bound at this address; 0 where none was.</param>
public sealed record BrokerLimitReached(BrokerLimit Limit, string? ClientId, IPAddress? Address, int Messages, int Connections);
