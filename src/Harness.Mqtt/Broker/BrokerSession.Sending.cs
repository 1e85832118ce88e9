namespace Harness.Mqtt.Broker;

/// <content>Sending of queued messages to the connection.</content>
internal sealed partial class BrokerSession
{
    /// <summary>Sends waiting messages, as far as the client's Receive Maximum and the connection allow.</summary>
    /// <returns>True where it stopped early and must be called again.</returns>
    public bool Pump()
    {
        lock (_lock)
        {
            return PumpLocked();
        }
    }

    /// <summary>Notes that the client's socket took bytes.</summary>
    public void Drained() => Volatile.Write(ref _progressAt, _options.TimeProvider.GetTimestamp());

    /// <summary>Attaches a connection, to which messages go from now on; those in flight on the one before are sent again first (section 4.4).</summary>
    /// <param name="sink">The connection.</param>
    /// <param name="receiveMaximum">Most messages that the client takes unacknowledged.</param>
    /// <param name="topicAliases">Most topic aliases that the client takes.</param>
    public void Attach(IPacketSink sink, int receiveMaximum, int topicAliases)
    {
        lock (_lock)
        {
            (_sink, _stalled, _endsWithConnection) = (sink, false, false);
            _aliasMaximum = Math.Min(topicAliases, _options.MaximumTopicAliases);
            _window = Math.Min(receiveMaximum, _options.MaximumUnacknowledged);
            Drained();
            PumpOrWake();
        }
    }

    /// <summary>Sends a QoS 0 message at once, where nothing waits that was there before it.</summary>
    private bool TrySendLocked(PublishPacket packet)
    {
        if (packet.Qos != QualityOfService.AtMostOnce || packet.MessageExpiryInterval is not null || _ended || _endsWithConnection
            || _immediate.Count + _waiting.Count + _replays.Count > 0 || _sink is not { HasRoom: true } sink)
        {
            return false;
        }

        return Seal(packet) is not { } sealedPacket || SendPublish(sink, sealedPacket) != SendResult.Busy;
    }

    private Taken TakeLocked(Outgoing message)
    {
        var immediate = message.Qos == QualityOfService.AtMostOnce;
        if (_ended || (immediate && _sink is null && !_endsWithConnection))
        {
            return Taken.NotWanted;
        }

        var waiting = _immediate.Count + _waiting.Count;
        if (_endsWithConnection || waiting >= _options.MaximumQueued)
        {
            return Taken.NoRoom;
        }

        if (!TryHold(message.Cost))
        {
            // One message always has room, so that the room that others hold cannot block a client that keeps up.
            if (waiting + _inFlight.Count > 0)
            {
                return Taken.NoRoom;
            }

            Hold(message.Cost);
        }

        if (waiting == 0)
        {
            Drained(); // the queue was empty: the time for the client to read begins now
        }

        message.Order = ++_order;
        if (immediate)
        {
            _immediate.Enqueue(message);
        }
        else
        {
            _waiting.AddLast(message);
        }

        PumpOrWake();
        return Taken.Yes;
    }

    private void PumpOrWake()
    {
        if (PumpLocked())
        {
            _sink?.Wake();
        }
    }

    private bool PumpLocked()
    {
        var comparisons = _options.RetainedSlice;
        while (_sink is { HasRoom: true } sink)
        {
            // Alternates, so that neither a long replay nor a busy topic delays the other.
            var sent = _startsWithRetained
                ? SendRetained(sink, ref comparisons) || SendWaiting(sink)
                : SendWaiting(sink) || SendRetained(sink, ref comparisons);
            _startsWithRetained = !_startsWithRetained;
            if (!sent)
            {
                return comparisons <= 0 && _replays.Count > 0;
            }
        }

        return false;
    }

    private bool SendWaiting(IPacketSink sink)
    {
        var first = _inFlight.Count < _window ? _waiting.First : null;
        if (_immediate.TryPeek(out var immediate) && (first is null || immediate.Order < first.Value.Order))
        {
            if (CurrentOrTold(immediate.Message!) is { } packet && Seal(packet) is { } sealedPacket && SendPublish(sink, sealedPacket) == SendResult.Busy)
            {
                return false; // an answer took the room meanwhile: it is sent when there is some again
            }

            _immediate.Dequeue();
            Release(immediate.Cost);
            Freed();
            return true;
        }

        if (first is null)
        {
            return false;
        }

        _waiting.RemoveFirst();
        var message = first.Value;
        if (message.Message is { } stored)
        {
            if (!SendAcknowledged(sink, first, message.PacketId != 0 ? stored.Packet : CurrentOrTold(stored)))
            {
                return false;
            }
        }
        else if (sink.TrySend(new PubRelPacket { PacketId = message.PacketId }) == SendResult.Sent)
        {
            InFlightLocked(first);
        }
        else
        {
            _waiting.AddFirst(first);
            return false;
        }

        Freed();
        return true;
    }

    /// <summary>Gets the packet with its remaining lifetime; null where it expired while it waited here, which is told.</summary>
    private PublishPacket? CurrentOrTold(StoredMessage stored)
    {
        var current = stored.Current(_options.TimeProvider);
        if (current is null)
        {
            Lose(BrokerLimit.Expired, 1);
        }

        return current;
    }

    private bool SendRetained(IPacketSink sink, ref int comparisons)
    {
        // Most sessions replay nothing: asked for each message, without a look through the list.
        while (_replays.Count > 0 && _replays.FirstOrDefault(r => r.Qos == QualityOfService.AtMostOnce || _inFlight.Count < _window) is { } replay)
        {
            var (after, done) = (replay.After, replay.Done);
            if (broker.Retained.Next(replay, ref comparisons) is not { } found)
            {
                if (!replay.Done)
                {
                    return false; // the slice is used up
                }

                _replays.Remove(replay);
                continue;
            }

            if (!broker.Hooks.MayReceive(Identity, found.Topic))
            {
                continue;
            }

            var packet = found with { Retain = true, Qos = found.Qos < replay.Qos ? found.Qos : replay.Qos, SubscriptionIdentifiers = replay.Identifiers };
            if (packet.Qos == QualityOfService.AtMostOnce)
            {
                if (Seal(packet) is { } sealedPacket && SendPublish(sink, sealedPacket) == SendResult.Busy)
                {
                    (replay.After, replay.Done) = (after, done); // as above
                    return false;
                }

                return true;
            }

            var cost = MemoryCost.Of(packet);
            if (!TryHold(cost))
            {
                if (_waiting.Count + _inFlight.Count > 0)
                {
                    (replay.After, replay.Done) = (after, done); // continues when a message is acknowledged
                    return false;
                }

                Hold(cost);
            }

            return SendAcknowledged(sink, new LinkedListNode<Outgoing>(new Outgoing(StoredMessage.Of(packet, _options.TimeProvider), cost)), packet);
        }

        return false;
    }

    /// <returns>False where the connection takes nothing now; the message is the next one then.</returns>
    private bool SendAcknowledged(IPacketSink sink, LinkedListNode<Outgoing> node, PublishPacket? current)
    {
        var message = node.Value;
        if ((current is null ? null : Seal(current)) is { } outgoing)
        {
            var resent = message.PacketId != 0;
            var id = resent ? message.PacketId : NextId();
            switch (SendPublish(sink, outgoing with { PacketId = id, Dup = resent }))
            {
                case SendResult.Sent:
                    message.PacketId = id;
                    InFlightLocked(node);
                    return true;
                case SendResult.Busy:
                    _waiting.AddFirst(node); // the connection has just ended, or an answer took the room
                    return false;
            }
        }

        // Expired, withheld by the hooks, or too large for this client: treated as delivered (MQTT-3.1.2-25).
        _idsInUse.Remove(message.PacketId);
        Release(message.Cost);
        return true;
    }

    private void InFlightLocked(LinkedListNode<Outgoing> node)
    {
        _idsInUse.Add(node.Value.PacketId);
        _inFlight.AddLast(node);
        _byId[node.Value.PacketId] = node;
    }

    /// <summary>Makes the packet with this client's payload, anew whenever it is put on a connection; null where the hooks withhold it.</summary>
    private PublishPacket? Seal(PublishPacket packet) =>
        broker.Hooks.Outgoing(Identity, packet.Topic, packet.Payload) is not { } payload ? null
            : payload.Equals(packet.Payload) ? packet : packet with { Payload = payload };

    private ushort NextId()
    {
        do
        {
            _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
        }
        while (_idsInUse.Contains(_lastId));

        return _lastId;
    }
}
