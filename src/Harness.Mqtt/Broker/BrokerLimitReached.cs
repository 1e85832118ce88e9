namespace Harness.Mqtt.Broker;

/// <summary>The bounds of the broker whose effects are reported.</summary>
public enum BrokerLimit
{
    /// <summary>A subscriber's connection took no bytes for <see cref="MqttBrokerOptions.StallTimeout"/> while a message waited for it: it was disconnected (0x97).</summary>
    StalledReader,

    /// <summary>Messages for a subscriber were dropped: its session is full and the client is away, or it published them itself.</summary>
    QueueFull,

    /// <summary>A message waited at the broker for its subscriber until its lifetime (Message Expiry Interval) was over: it was dropped.</summary>
    Expired,

    /// <summary>A message reached its subscriber's queue later than <see cref="MqttBrokerOptions.DeliveryBudget"/> after it came, by the broker's own doing: hooks that took long, or
    /// other subscribers that were waited for. It is not lost.</summary>
    Delayed,

    /// <summary>A QoS 2 message was refused: its client's session has no room for one more identifier.</summary>
    ReceiveFull,

    /// <summary>A message to retain was dropped: the store is full.</summary>
    RetainedFull,

    /// <summary>Connections that had not finished CONNECT were closed to let newer ones of their address in.</summary>
    UnfinishedConnections,

    /// <summary>A client was refused (0x97): the maximum of its kind is connected.</summary>
    Connections,

    /// <summary>A client's session is not kept although it asked for that, as CONNACK told it: the maximum of its kind is kept.</summary>
    KeptSessions,
}

/// <summary>A report of messages, connections or sessions that the broker dropped, delayed, ended or refused by one of its bounds. A lost or late message is the rig's fault, not a
/// device's. Nothing is told of what MQTT itself asks for: a message above the client's Maximum Packet Size, QoS 0 for a client that is away, a session that ends, a packet beyond the
/// limits that CONNACK announced.</summary>
/// <param name="Limit">The bound.</param>
/// <param name="ClientId">The ClientId affected: the subscriber that misses messages, or the publisher whose message is not retained; null where none is known.</param>
/// <param name="Address">The address affected, where no ClientId is known.</param>
/// <param name="Messages">Messages lost by this, or late; 0 where none was.</param>
/// <param name="Connections">Connections closed or refused so far by this bound at this address; 0 where none was.</param>
public sealed record BrokerLimitReached(BrokerLimit Limit, string? ClientId, IPAddress? Address, int Messages, int Connections);
