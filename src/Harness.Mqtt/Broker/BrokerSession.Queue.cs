using Harness.Mqtt.Packets;

namespace Harness.Mqtt.Broker;

/// <content>Delivery of messages: three queues into one connection, each in its order. A message without room makes the publisher wait.</content>
internal sealed partial class BrokerSession
{
    private readonly Queue<Outgoing> _immediate = new(); // QoS 0
    private readonly LinkedList<Outgoing> _waiting = new(); // QoS 1, not sent
    private readonly LinkedList<Outgoing> _inFlight = new(); // QoS 1, sent and not acknowledged
    private readonly Dictionary<ushort, LinkedListNode<Outgoing>> _byId = [];
    private readonly HashSet<ushort> _idsInUse = [];
    private readonly List<RetainedReplay> _replays = [];
    private TaskCompletionSource? _roomFreed;
    private TaskCompletionSource? _publisherWaits;
    private IPacketSink? _sink;
    private long _progressAt;
    private long _order;
    private int _window;
    private bool _startsWithRetained;
    private bool _stalled; // its last connection took no bytes in time
    private bool _endsWithConnection; // that connection is ending, and the session is not kept after it
    private ushort _lastId;

    private enum Taken
    {
        Yes,

        /// <summary>No delivery is needed: QoS 0 for a client that is away.</summary>
        NotWanted,

        NoRoom,
    }

    /// <summary>Sends or queues a message.</summary>
    /// <param name="packet">Message with the QoS that the subscription grants.</param>
    /// <param name="mayWait">True to wait for room while the client takes what it is sent, at most <see cref="MqttBrokerOptions.StallTimeout"/>; then the client is disconnected.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>False where the message was lost, which was reported.</returns>
    public ValueTask<bool> DeliverAsync(PublishPacket packet, bool mayWait, CancellationToken cancellationToken)
    {
        var message = new Outgoing(StoredMessage.Of(packet, _options.TimeProvider), MemoryCost.Of(packet));
        Taken taken;
        bool waits;
        lock (_lock)
        {
            taken = TakeLocked(message);
            waits = mayWait && _sink is not null;
        }

        if (taken != Taken.NoRoom)
        {
            return new(true);
        }

        return waits ? WaitAsync(message, cancellationToken) : new(Lose(BrokerLimit.QueueFull, 1));
    }

    /// <summary>Completes once a publisher waits for room: for tests, which cannot see it otherwise.</summary>
    internal Task WaitForBlockedPublisherAsync()
    {
        lock (_lock)
        {
            return _roomFreed is not null ? Task.CompletedTask : (_publisherWaits ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Begins to send the retained messages of a new subscription, at the pace at which the client reads.</summary>
    public void Replay(RetainedReplay replay)
    {
        lock (_lock)
        {
            _replays.RemoveAll(r => r.Filter == replay.Filter);
            _replays.Add(replay);
        }

        while (Pump())
        {
            // In slices, so that no other task waits long for the lock.
        }
    }

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

    /// <summary>Handles PUBACK; one for a message not in flight is ignored, as a resumed client may repeat itself.</summary>
    public void Acknowledge(ushort packetId)
    {
        lock (_lock)
        {
            if (_byId.Remove(packetId, out var node))
            {
                _inFlight.Remove(node);
                _idsInUse.Remove(packetId);
                Release(node.Value.Cost);
                Drained();
                Freed();
                PumpOrWake();
            }
        }
    }

    /// <summary>Attaches a connection, to which messages go from now on; those in flight on the one before are sent again first (section 4.4).</summary>
    public void Attach(IPacketSink sink, int receiveMaximum)
    {
        lock (_lock)
        {
            (_sink, _stalled, _endsWithConnection) = (sink, false, false);
            _window = Math.Min(receiveMaximum, _options.MaximumUnacknowledged);
            Drained();
            PumpOrWake();
        }
    }

    /// <summary>Detaches an ended connection; does nothing where another one is attached meanwhile.</summary>
    public void Detach(IPacketSink sink)
    {
        lock (_lock)
        {
            if (_sink == sink)
            {
                DetachLocked();
            }
        }
    }

    /// <returns>The number of QoS 0 messages that were not sent yet.</returns>
    private int DetachLocked()
    {
        _sink = null;
        while (_inFlight.Last is { } last)
        {
            _inFlight.RemoveLast();
            _waiting.AddFirst(last);
        }

        _byId.Clear();
        var gone = _immediate.Count;
        foreach (var message in _immediate)
        {
            Release(message.Cost);
        }

        _immediate.Clear();
        _replays.RemoveAll(r => r.Qos == QualityOfService.AtMostOnce);
        Freed();
        return gone;
    }

    private Taken TakeLocked(Outgoing message)
    {
        var immediate = message.Message.Packet.Qos == QualityOfService.AtMostOnce;
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

    private async ValueTask<bool> WaitAsync(Outgoing message, CancellationToken cancellationToken)
    {
        var time = _options.TimeProvider;
        var since = time.GetTimestamp();
        while (true)
        {
            Task freed;
            TimeSpan left;
            lock (_lock)
            {
                var taken = TakeLocked(message);
                if (taken == Taken.Yes || (taken == Taken.NotWanted && !_stalled))
                {
                    return true;
                }

                left = _options.StallTimeout - time.GetElapsedTime(Math.Min(since, Volatile.Read(ref _progressAt)));
                if (_sink is not { } sink)
                {
                    break;
                }

                if (left <= TimeSpan.Zero)
                {
                    StallLocked(sink);
                    continue;
                }

                freed = (_roomFreed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                _publisherWaits?.TrySetResult();
                _publisherWaits = null;
            }

            try
            {
                await freed.WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Checked again above: it may have made room at the last moment.
            }
        }

        return Lose(BrokerLimit.QueueFull, 1);
    }

    private void StallLocked(IPacketSink sink)
    {
        var lost = DetachLocked();
        _stalled = true;
        if (!sink.KeepsSession)
        {
            _endsWithConnection = true;
            lost += _waiting.Count;
        }

        sink.Stall();
        Lose(BrokerLimit.StalledReader, lost);
    }

    private bool Lose(BrokerLimit limit, int messages)
    {
        broker.Hooks.LimitReached(new BrokerLimitReached(limit, ClientId, null, messages, 0));
        return false;
    }

    private void Freed()
    {
        if (_roomFreed is { } waiting)
        {
            _roomFreed = null;
            waiting.TrySetResult();
        }
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
            _immediate.Dequeue();
            if (immediate.Message.Current(_options.TimeProvider) is { } packet && Seal(packet) is { } sealedPacket)
            {
                sink.TrySend(sealedPacket);
            }

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
        var current = message.PacketId != 0 ? message.Message.Packet : message.Message.Current(_options.TimeProvider);
        SendAcknowledged(sink, first, current);
        Freed();
        return true;
    }

    private bool SendRetained(IPacketSink sink, ref int comparisons)
    {
        while (_replays.FirstOrDefault(r => r.Qos == QualityOfService.AtMostOnce || _inFlight.Count < _window) is { } replay)
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
                if (Seal(packet) is { } sealedPacket)
                {
                    sink.TrySend(sealedPacket);
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

            SendAcknowledged(sink, new LinkedListNode<Outgoing>(new Outgoing(StoredMessage.Of(packet, _options.TimeProvider), cost)), packet);
            return true;
        }

        return false;
    }

    private void SendAcknowledged(IPacketSink sink, LinkedListNode<Outgoing> node, PublishPacket? current)
    {
        var message = node.Value;
        if ((current is null ? null : Seal(current)) is { } outgoing)
        {
            var resent = message.PacketId != 0;
            var id = resent ? message.PacketId : NextId();
            switch (sink.TrySend(outgoing with { PacketId = id, Dup = resent }))
            {
                case SendResult.Sent:
                    _idsInUse.Add(id);
                    message.PacketId = id;
                    _inFlight.AddLast(node);
                    _byId[id] = node;
                    return;
                case SendResult.Busy:
                    _waiting.AddFirst(node); // the connection has just ended
                    return;
            }
        }

        // Expired, withheld by the hooks, or too large for this client: treated as delivered (MQTT-3.1.2-25).
        _idsInUse.Remove(message.PacketId);
        Release(message.Cost);
    }

    /// <summary>Makes the packet with this client's payload, anew whenever it is put on a connection; null where the hooks withhold it.</summary>
    private PublishPacket? Seal(PublishPacket packet) =>
        broker.Hooks.Outgoing(Identity, packet.Topic, packet.Payload) is { } payload ? packet with { Payload = payload } : null;

    private ushort NextId()
    {
        do
        {
            _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
        }
        while (_idsInUse.Contains(_lastId));

        return _lastId;
    }

    private sealed class Outgoing(StoredMessage message, long cost)
    {
        public StoredMessage Message { get; } = message;

        /// <summary>Bytes charged for the message.</summary>
        public long Cost { get; } = cost;

        /// <summary>The packet identifier; 0 until the message was sent.</summary>
        public ushort PacketId { get; set; }

        /// <summary>The message's place in the order over both QoS.</summary>
        public long Order { get; set; }
    }
}
