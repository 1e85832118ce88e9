namespace Harness.Mqtt.Broker;

/// <content>Delivery of messages: three queues into one connection, each in its order. A message without room makes the publisher wait.</content>
internal sealed partial class BrokerSession
{
    private readonly Queue<Outgoing> _immediate = new(); // QoS 0
    private readonly LinkedList<Outgoing> _waiting = new(); // QoS 1 and 2, not sent on this connection
    private readonly LinkedList<Outgoing> _inFlight = new(); // QoS 1 and 2, sent and not acknowledged
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

    /// <summary>The outcome of handing a message to a session.</summary>
    internal enum Taken
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
        Outgoing message;
        Taken taken;
        bool waits;
        lock (_lock)
        {
            if (TrySendLocked(packet))
            {
                return new(true);
            }

            message = new Outgoing(StoredMessage.Of(packet, _options.TimeProvider), MemoryCost.Of(packet));
            taken = TakeLocked(message);
            waits = mayWait && _sink is not null;
        }

        if (taken != Taken.NoRoom)
        {
            return new(true);
        }

        return waits ? WaitAsync(message, cancellationToken) : new(Lose(BrokerLimit.QueueFull, 1));
    }

    /// <summary>Sends or queues a message where there is room now; where there is none nothing is told.</summary>
    public Taken TryDeliver(PublishPacket packet)
    {
        var message = new Outgoing(StoredMessage.Of(packet, _options.TimeProvider), MemoryCost.Of(packet));
        lock (_lock)
        {
            return TakeLocked(message);
        }
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
        ForgetAliasesLocked();
        Freed();
        return gone;
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
            lost += _waiting.Count(m => !m.IsReleased);
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

    private sealed class Outgoing(StoredMessage message, long cost)
    {
        /// <summary>Null once the client has received a QoS 2 message: only its identifier is kept.</summary>
        public StoredMessage? Message { get; private set; } = message;

        public QualityOfService Qos { get; } = message.Packet.Qos;

        /// <summary>True where PUBREC came: PUBREL is sent, and sent again, until PUBCOMP (section 4.3.3).</summary>
        public bool IsReleased => Message is null;

        /// <summary>Bytes charged for the message.</summary>
        public long Cost { get; private set; } = cost;

        /// <summary>The packet identifier; 0 until the message was sent.</summary>
        public ushort PacketId { get; set; }

        /// <summary>The message's place in the order over all QoS.</summary>
        public long Order { get; set; }

        /// <summary>Forgets the message but for its identifier.</summary>
        /// <returns>Bytes that this frees.</returns>
        public long Forget()
        {
            var freed = Cost - MemoryCost.PacketId;
            (Message, Cost) = (null, MemoryCost.PacketId);
            return freed;
        }
    }
}
