namespace Harness.Mqtt.Broker;

/// <summary>The key of a session: a client that proved its identity and one that did not have two sessions, also under one ClientId.</summary>
internal readonly record struct SessionKey(string ClientId, bool Proved);

/// <summary>The state that section 4.1 keeps for a ClientId: this part has its subscriptions and its owner. Thread-safe.</summary>
internal sealed partial class BrokerSession(ClientIdentity identity, bool proved, MqttBroker broker)
{
    private readonly Lock _lock = new();
    private readonly SubscriptionSet _subscriptions = new();
    private readonly MqttBrokerOptions _options = broker.Options;
    private ClientPool _pool = broker.PoolOf(proved);
    private long _heldBytes;
    private bool _ended;

    public string ClientId { get; } = identity.ClientId;

    /// <summary>True where its client proved its identity; guarded by the broker's attach lock for writing.</summary>
    public bool Proved { get; private set; } = proved;

    public SessionKey Key => new(ClientId, Proved);

    /// <summary>The identity of the session's owner, from the latest login.</summary>
    public ClientIdentity Identity { get; set; } = identity;

    /// <summary>The live connection; guarded by the broker's attach lock for writing.</summary>
    public BrokerConnection? Connection { get; set; }

    /// <summary>The timer that ends the session when its client was away for too long; guarded by the attach lock.</summary>
    public ITimer? Expiry { get; set; }

    /// <summary>The will that waits for its delay; guarded by the attach lock.</summary>
    public PendingWill? Will { get; set; }

    /// <summary>True where the session holds one of the pool's places for kept sessions; guarded by the attach lock.</summary>
    public bool HasPlace { get; private set; }

    /// <summary>Bytes charged to the session.</summary>
    public long HeldBytes
    {
        get
        {
            lock (_lock)
            {
                return _heldBytes;
            }
        }
    }

    /// <summary>Removes the waiting will from the session, to publish it or not.</summary>
    public PendingWill? TakeWill()
    {
        var will = Will;
        Will = null;
        will?.Timer.Dispose();
        will?.Release();
        return will;
    }

    /// <summary>Takes one of the places for sessions that outlive their connection, or returns it.</summary>
    /// <returns>False where all are taken.</returns>
    public bool TryKeep(bool keep)
    {
        if (keep && !HasPlace && !_pool.KeptSessions.TryTake(1))
        {
            return false;
        }

        if (!keep && HasPlace)
        {
            _pool.KeptSessions.Return(1);
        }

        HasPlace = keep;
        return true;
    }

    /// <returns>True where the filter was not subscribed before; null where there is no room.</returns>
    public bool? Subscribe(Subscription subscription)
    {
        var filter = subscription.Options.Filter;
        lock (_lock)
        {
            var isNew = !_subscriptions.Contains(filter);
            if (isNew && !TryRoomFor(filter))
            {
                return null;
            }

            _subscriptions.Put(subscription);
            return isNew;
        }
    }

    public bool Unsubscribe(string filter)
    {
        lock (_lock)
        {
            if (!_subscriptions.Remove(filter))
            {
                return false;
            }

            _replays.RemoveAll(r => r.Filter == filter);
            _pool.Subscriptions.Return(1);
            Release(MemoryCost.OfSubscription(filter));
            return true;
        }
    }

    /// <summary>Finds the delivery of a message by this session's own subscriptions, and its members of shared ones.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="own">True where the client published it itself.</param>
    /// <param name="shared">Gets this session's members of shared subscriptions that match; made where there is one.</param>
    public Match? Find(string topic, bool own, ref List<SharedMember>? shared)
    {
        lock (_lock)
        {
            var match = _subscriptions.Find(topic, own, out var compared);
            if (_subscriptions.HasShared)
            {
                var members = shared ?? [];
                compared += _subscriptions.FindShared(topic, subscription => members.Add(new SharedMember(this, subscription)));
                shared = members;
            }

            broker.Compared(compared);
            return match;
        }
    }

    /// <summary>Makes this the session of the client that proved the name, with the state of that client's earlier session. Both are guarded by the attach lock.</summary>
    /// <param name="earlier">The client's session from before; null where there is none or the client wants a clean start.</param>
    public void BecomeProved(BrokerSession? earlier)
    {
        List<Subscription> subscriptions = [];
        List<Outgoing> messages = [];
        if (earlier is not null)
        {
            lock (earlier._lock)
            {
                subscriptions = [.. earlier._subscriptions.All];
                messages = [.. earlier._inFlight.Concat(earlier._waiting).Where(m => !m.IsReleased)]; // what was received once is not sent again
            }
        }

        lock (_lock)
        {
            var to = broker.PoolOf(proved: true);
            Move(_pool.Subscriptions, to.Subscriptions, _subscriptions.Count);
            Move(_pool.Bytes, to.Bytes, _heldBytes);
            Move(_pool.KeptSessions, to.KeptSessions, HasPlace ? 1 : 0);
            (_pool, Proved) = (to, true);
            foreach (var subscription in subscriptions.Where(s => !_subscriptions.Contains(s.Options.Filter)))
            {
                if (!TryRoomFor(subscription.Options.Filter))
                {
                    break;
                }

                _subscriptions.Put(subscription);
            }

            // The client was told that no session is present, so to it these messages are new.
            for (var i = messages.Count - 1; i >= 0; i--)
            {
                Hold(messages[i].Cost);
                _waiting.AddFirst(new Outgoing(messages[i].Message!, messages[i].Cost));
            }
        }
    }

    /// <summary>Returns all room that it holds; messages delivered from now on are dropped.</summary>
    public void End()
    {
        lock (_lock)
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            _sink = null;
            _pool.Subscriptions.Return(_subscriptions.Count);
            Release(_heldBytes);
            TryKeep(false);
            _immediate.Clear();
            _waiting.Clear();
            _inFlight.Clear();
            _replays.Clear();
            _received.Clear();
            (_outgoingAliases, _incomingAliases, _aliasBytes) = (null, null, 0);
            Freed();
        }
    }

    private static void Move(Quota from, Quota to, long amount)
    {
        from.Return(amount);
        to.Take(amount);
    }

    private bool TryRoomFor(string filter)
    {
        if (_subscriptions.Count >= _options.MaximumSubscriptions || !_pool.Subscriptions.TryTake(1))
        {
            return false;
        }

        if (TryHold(MemoryCost.OfSubscription(filter)))
        {
            return true;
        }

        _pool.Subscriptions.Return(1);
        return false;
    }

    private bool TryHold(long bytes)
    {
        if (_heldBytes + bytes > _options.MaximumHeldBytes || !_pool.Bytes.TryTake(bytes))
        {
            return false;
        }

        _heldBytes += bytes;
        return true;
    }

    private void Hold(long bytes)
    {
        _pool.Bytes.Take(bytes);
        _heldBytes += bytes;
    }

    private void Release(long bytes)
    {
        _pool.Bytes.Return(bytes);
        _heldBytes -= bytes;
    }
}

/// <summary>The outcome of sending a packet.</summary>
internal enum SendResult
{
    /// <summary>The packet is in the connection's outbox.</summary>
    Sent,

    /// <summary>The outbox is full or closed.</summary>
    Busy,

    /// <summary>The client does not take packets of that size.</summary>
    TooLarge,
}

/// <summary>The destination of a session's packets; never waits.</summary>
internal interface IPacketSink
{
    /// <summary>True where a packet would be accepted now.</summary>
    bool HasRoom { get; }

    /// <summary>True where the session outlives this connection.</summary>
    bool KeepsSession { get; }

    SendResult TrySend(MqttPacket packet);

    /// <summary>Makes the connection ask the session for more packets.</summary>
    void Wake();

    /// <summary>Ends the connection, as its client took no bytes in time.</summary>
    void Stall();
}

/// <summary>A will whose delay is running.</summary>
internal sealed record PendingWill(ITimer Timer, Action Publish, Action Release);
