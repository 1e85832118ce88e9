namespace Harness.Mqtt.Broker;

/// <content>The client's acknowledgements of messages that were sent to it.</content>
internal sealed partial class BrokerSession
{
    /// <summary>Handles PUBACK; one for a message not in flight is ignored, as a resumed client may repeat itself.</summary>
    public void Acknowledge(ushort packetId)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(packetId, out var node) && node.Value.Qos == QualityOfService.AtLeastOnce)
            {
                FinishLocked(node);
            }
        }
    }

    /// <summary>Handles PUBREC: the client has the message, which is never sent again.</summary>
    /// <returns>The reason for PUBREL; null where none is sent, as the client refused the message.</returns>
    public ReasonCode? Receive(ushort packetId, ReasonCode reason)
    {
        lock (_lock)
        {
            if (!_byId.TryGetValue(packetId, out var node) || node.Value.Qos != QualityOfService.ExactlyOnce)
            {
                return ReasonCode.PacketIdentifierNotFound;
            }

            if (reason >= ReasonCode.UnspecifiedError)
            {
                FinishLocked(node);
                return null;
            }

            if (!node.Value.IsReleased)
            {
                Release(node.Value.Forget());
                Drained();
                Freed();
            }

            return ReasonCode.Success;
        }
    }

    /// <summary>Handles PUBCOMP; one for a message whose PUBREC did not come is ignored.</summary>
    public void Complete(ushort packetId)
    {
        lock (_lock)
        {
            if (_byId.TryGetValue(packetId, out var node) && node.Value.IsReleased)
            {
                FinishLocked(node);
            }
        }
    }

    private void FinishLocked(LinkedListNode<Outgoing> node)
    {
        _byId.Remove(node.Value.PacketId);
        _inFlight.Remove(node);
        _idsInUse.Remove(node.Value.PacketId);
        Release(node.Value.Cost);
        Drained();
        Freed();
        PumpOrWake();
    }
}
