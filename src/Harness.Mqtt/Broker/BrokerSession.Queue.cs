namespace Harness.Mqtt;

/// <content>Messages on their way: three queues into one connection, each in its order. What has no room makes the publisher wait.</content>
internal sealed partial class BrokerSession
{
    private readonly Queue<Outgoing> _immediate = new(); // QoS 0
    private readonly LinkedList<Outgoing> _waiting = new(); // QoS 1, not sent
    private readonly LinkedList<Outgoing> _inFlight = new(); // QoS 1, sent and not acknowledged
    private readonly Dictionary<ushort, LinkedListNode<Outgoing>> _byId = [];
    private readonly HashSet<ushort> _idsInUse = [];
    private readonly List<RetainedReplay> _replays = [];
    private TaskCompletionSource? _freed;
    private TaskCompletionSource? _heldUp;
    private IPacketSink? _sink;
    private long _progressAt;
    private long _order;
    private int _window;
    private bool _retainedFirst;
    private bool _stalled; // its last connection made no room
    private bool _dying; // and it is not kept
    private ushort _lastId;

    private enum Taken
    {
        Yes,

        /// <summary>Nobody is to get it: QoS 0 for a client that is away.</summary>
        NotWanted,

        NoRoom,
    }

    /// <summary>Sends or queues a message.</summary>
    /// <param name="packet">Message with the QoS that the subscription grants.</param>
    /// <param name="mayWait">Waits for room while the client takes what it is sent, at most <see cref="MqttBrokerOptions.StallTimeout"/>; then the client is disconnected.</param>
    /// <param name="cancellationToken">Gives up the wait.</param>
    /// <returns>False where the message was lost, which was told.</returns>
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

    /// <summary>Completes once a publisher waits for room: for tests, which have no other sign of it.</summary>
    internal Task WhenSomebodyWaitsAsync()
    {
        lock (_lock)
        {
            return _freed is not null ? Task.CompletedTask : (_heldUp ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Begins to send the retained messages of a new subscription, as the client reads.</summary>
    public void Replay(RetainedReplay replay)
    {
        lock (_lock)
        {
            _replays.RemoveAll(r => r.Filter == replay.Filter);
            _replays.Add(replay);
        }

        while (Pump())
        {
            // In slices, so that nobody waits long for the lock.
        }
    }

    /// <summary>Sends what waits, as far as the client's Receive Maximum and the connection take it.</summary>
    /// <returns>True where it stopped early and wants to be called again.</returns>
    public bool Pump()
    {
        lock (_lock)
        {
            return PumpLocked();
        }
    }

    /// <summary>The client's socket took bytes.</summary>
    public void Drained() => Volatile.Write(ref _progressAt, _options.TimeProvider.GetTimestamp());

    /// <summary>PUBACK came; one for nothing in flight is ignored, as a resumed client may repeat itself.</summary>
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

    /// <summary>Messages go to this connection from now on; those in flight on the one before are sent again first (section 4.4).</summary>
    public void Attach(IPacketSink sink, int receiveMaximum)
    {
        lock (_lock)
        {
            (_sink, _stalled, _dying) = (sink, false, false);
            _window = Math.Min(receiveMaximum, _options.MaximumUnacknowledged);
            Drained();
            PumpOrWake();
        }
    }

    /// <summary>The connection ended; nothing where another has come meanwhile.</summary>
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

    /// <returns>Messages of QoS 0 that were on their way.</returns>
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
        if (_ended || (immediate && _sink is null && !_dying))
        {
            return Taken.NotWanted;
        }

        var waiting = _immediate.Count + _waiting.Count;
        if (_dying || waiting >= _options.MaximumQueued)
        {
            return Taken.NoRoom;
        }

        if (!TryHold(message.Cost))
        {
            // One message always has room: what others hold must not starve a client that keeps up.
            if (waiting + _inFlight.Count > 0)
            {
                return Taken.NoRoom;
            }

            Hold(message.Cost);
        }

        if (waiting == 0)
        {
            Drained(); // nothing waited before: its time begins now
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

                freed = (_freed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
                _heldUp?.TrySetResult();
                _heldUp = null;
            }

            try
            {
                await freed.WaitAsync(left, time, cancellationToken).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                // Looked at again above: it may have made room at the last moment.
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
            _dying = true;
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
        if (_freed is { } waiting)
        {
            _freed = null;
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
            // By turns, so that neither a long replay nor a busy topic keeps the other back.
            var sent = _retainedFirst
                ? SendRetained(sink, ref comparisons) || SendWaiting(sink)
                : SendWaiting(sink) || SendRetained(sink, ref comparisons);
            _retainedFirst = !_retainedFirst;
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
                    (replay.After, replay.Done) = (after, done); // again when something was acknowledged
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

        // Expired, kept back by the hooks, or too large for this client: as if it had been delivered (MQTT-3.1.2-25).
        _idsInUse.Remove(message.PacketId);
        Release(message.Cost);
    }

    /// <summary>The packet with the payload that this client gets, made anew whenever it is put on a connection; null where the hooks keep it back.</summary>
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

        /// <summary>Bytes charged for it.</summary>
        public long Cost { get; } = cost;

        /// <summary>0 until it was sent.</summary>
        public ushort PacketId { get; set; }

        /// <summary>Its turn among both QoS.</summary>
        public long Order { get; set; }
    }
}
