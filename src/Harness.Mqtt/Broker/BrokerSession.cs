namespace Harness.Mqtt;

/// <summary>One client's subscription.</summary>
internal sealed record Subscription(TopicSubscription Options, uint? Identifier);

/// <summary>What a message needs to reach one session: the best QoS of its matching subscriptions and their identifiers.</summary>
internal readonly record struct Match(QualityOfService Qos, bool RetainAsPublished, IReadOnlyList<uint> Identifiers);

/// <summary>The state that section 4.1 keeps for a ClientId. Thread-safe.</summary>
internal sealed class BrokerSession(string clientId, ClientIdentity identity, MqttBrokerOptions options, HookGuard hooks)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Subscription> _subscriptions = new(StringComparer.Ordinal);
    private readonly LinkedList<Outgoing> _waiting = new();
    private readonly OrderedDictionary<ushort, Outgoing> _inFlight = [];
    private readonly HashSet<ushort> _idsInUse = [];
    private IPacketSink? _sink;
    private int _receiveMaximum;
    private ushort _lastId;

    public string ClientId { get; } = clientId;

    /// <summary>Who the session belongs to; the latest login.</summary>
    public ClientIdentity Identity { get; set; } = identity;

    /// <summary>The live connection; guarded by the broker's attach lock.</summary>
    public BrokerConnection? Connection { get; set; }

    /// <summary>Ends the session when it was away for too long; guarded by the attach lock.</summary>
    public ITimer? Expiry { get; set; }

    /// <summary>A will that waits for its delay; guarded by the attach lock.</summary>
    public PendingWill? Will { get; set; }

    /// <returns>True where the filter was not subscribed before; null where there are too many.</returns>
    public bool? Subscribe(Subscription subscription)
    {
        lock (_lock)
        {
            var isNew = !_subscriptions.ContainsKey(subscription.Options.Filter);
            if (isNew && _subscriptions.Count >= options.MaximumSubscriptions)
            {
                return null;
            }

            _subscriptions[subscription.Options.Filter] = subscription;
            return isNew;
        }
    }

    public bool Unsubscribe(string filter)
    {
        lock (_lock)
        {
            return _subscriptions.Remove(filter);
        }
    }

    /// <summary>Null where no subscription matches. One message is delivered once, however many match (section 3.3.4 allows it).</summary>
    public Match? Find(string topic, bool own)
    {
        lock (_lock)
        {
            QualityOfService? qos = null;
            var retainAsPublished = false;
            List<uint>? identifiers = null;
            foreach (var (filter, subscription) in _subscriptions)
            {
                if ((own && subscription.Options.NoLocal) || !TopicFilter.Matches(filter, topic))
                {
                    continue;
                }

                qos = qos is { } best && best > subscription.Options.Qos ? best : subscription.Options.Qos;
                retainAsPublished |= subscription.Options.RetainAsPublished;
                if (subscription.Identifier is { } identifier)
                {
                    (identifiers ??= []).Add(identifier);
                }
            }

            return qos is { } granted ? new Match(granted, retainAsPublished, identifiers ?? []) : null;
        }
    }

    /// <summary>Sends or queues. QoS 0 is dropped where the client is away or does not keep up.</summary>
    public void Deliver(PublishPacket packet)
    {
        lock (_lock)
        {
            if (packet.Qos == QualityOfService.AtMostOnce)
            {
                if (_sink is not null && Seal(packet) is { } outgoing)
                {
                    _sink.TrySend(outgoing);
                }

                return;
            }

            if (_waiting.Count >= options.MaximumQueued && _waiting.First is { } oldest)
            {
                _idsInUse.Remove(oldest.Value.PacketId);
                _waiting.RemoveFirst();
            }

            _waiting.AddLast(new Outgoing(StoredMessage.Of(packet, options.TimeProvider), 0));
            PumpLocked();
        }
    }

    /// <summary>Sends what waits, as far as the client's Receive Maximum and the connection take it.</summary>
    public void Pump()
    {
        lock (_lock)
        {
            PumpLocked();
        }
    }

    /// <summary>PUBACK came; one for nothing in flight is ignored, as a resumed client may repeat itself.</summary>
    public void Acknowledge(ushort packetId)
    {
        lock (_lock)
        {
            if (_inFlight.Remove(packetId))
            {
                _idsInUse.Remove(packetId);
                PumpLocked();
            }
        }
    }

    /// <summary>Messages go to this connection from now on; those in flight on the one before are sent again first (section 4.4).</summary>
    public void Attach(IPacketSink sink, int receiveMaximum)
    {
        lock (_lock)
        {
            (_sink, _receiveMaximum) = (sink, receiveMaximum);
            PumpLocked();
        }
    }

    public void Detach()
    {
        lock (_lock)
        {
            _sink = null;
            for (var i = _inFlight.Count - 1; i >= 0; i--)
            {
                _waiting.AddFirst(_inFlight.GetAt(i).Value);
            }

            _inFlight.Clear();
        }
    }

    private void PumpLocked()
    {
        while (_sink is not null && _inFlight.Count < _receiveMaximum && _waiting.First is { } next)
        {
            var resent = next.Value.PacketId != 0;
            var current = resent ? next.Value.Message.Packet : next.Value.Message.Current(options.TimeProvider);
            if ((current is null ? null : Seal(current)) is not { } outgoing)
            {
                _idsInUse.Remove(next.Value.PacketId);
                _waiting.RemoveFirst();
                continue;
            }

            var id = resent ? next.Value.PacketId : NextId();
            var sent = _sink.TrySend(outgoing with { PacketId = id, Dup = resent });
            if (sent == SendResult.Busy)
            {
                return; // the connection pumps again when it has drained
            }

            _waiting.RemoveFirst();
            if (sent == SendResult.Sent)
            {
                _idsInUse.Add(id);
                _inFlight.Add(id, next.Value with { PacketId = id });
            }
            else
            {
                // Too large for this client: as if it had been delivered (MQTT-3.1.2-25).
                _idsInUse.Remove(id);
            }
        }
    }

    /// <summary>The packet with the payload that this client gets, made anew whenever it is put on a connection; null where the hooks keep it back.</summary>
    private PublishPacket? Seal(PublishPacket packet) =>
        hooks.Outgoing(Identity, packet.Topic, packet.Payload) is { } payload ? packet with { Payload = payload } : null;

    private ushort NextId()
    {
        do
        {
            _lastId = _lastId == ushort.MaxValue ? (ushort)1 : (ushort)(_lastId + 1);
        }
        while (_idsInUse.Contains(_lastId));

        return _lastId;
    }

    private sealed record Outgoing(StoredMessage Message, ushort PacketId);
}

/// <summary>What became of a packet.</summary>
internal enum SendResult
{
    /// <summary>It is in the connection's outbox.</summary>
    Sent,

    /// <summary>The outbox is full or closed.</summary>
    Busy,

    /// <summary>The client does not take packets of that size.</summary>
    TooLarge,
}

/// <summary>Where a session's packets go, without waiting.</summary>
internal interface IPacketSink
{
    SendResult TrySend(MqttPacket packet);
}

/// <summary>A will whose delay runs.</summary>
internal sealed record PendingWill(ITimer Timer, Action Publish);
