namespace Harness.Mqtt.Broker;

/// <content>QoS 2 from the client: the identifiers whose PUBREL is still to come. The message itself goes on when it is received, once (section 4.3.3).</content>
internal sealed partial class BrokerSession
{
    private readonly HashSet<ushort> _received = [];

    /// <summary>Remembers the identifier of a QoS 2 message.</summary>
    /// <returns>False where it is known: the message came before. Null where there is no room for one more.</returns>
    public bool? TryReceive(ushort packetId)
    {
        lock (_lock)
        {
            if (_received.Contains(packetId))
            {
                return false;
            }

            if (_ended || !TryHold(MemoryCost.PacketId))
            {
                return null;
            }

            return _received.Add(packetId);
        }
    }

    /// <summary>Forgets an identifier: PUBREL came, or the message was refused.</summary>
    /// <returns>False where it is not known.</returns>
    public bool Release(ushort packetId)
    {
        lock (_lock)
        {
            if (!_received.Remove(packetId))
            {
                return false;
            }

            Release(MemoryCost.PacketId);
            return true;
        }
    }
}
