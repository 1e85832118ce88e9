namespace Harness.Mqtt.Broker;

/// <summary>The bounds of the broker whose effects are reported.</summary>
public enum BrokerLimit
{
    /// <summary>A subscriber's connection took no bytes for <see cref="MqttBrokerOptions.StallTimeout"/> while a message waited for it: it was disconnected (0x97).</summary>
    StalledReader,

    /// <summary>Messages for a subscriber were dropped: its session is full and the client is away, or it published them itself.</summary>
    QueueFull,

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

/// <summary>A report of messages, connections or sessions that the broker dropped, ended or refused by one of its bounds. A lost message is the rig's fault, not a device's.</summary>
/// <param name="Limit">The bound.</param>
/// <param name="ClientId">The ClientId affected: the subscriber that misses messages, or the publisher whose message is not retained; null where none is known.</param>
/// <param name="Address">The address affected, where no ClientId is known.</param>
/// <param name="Messages">Messages lost by this; 0 where none was.</param>
/// <param name="Connections">Connections closed or refused so far by this bound at this address; 0 where none was.</param>
public sealed record BrokerLimitReached(BrokerLimit Limit, string? ClientId, IPAddress? Address, int Messages, int Connections);
