namespace Harness.Mqtt.Broker;

/// <summary>A message and its expiry time.</summary>
internal sealed record StoredMessage(PublishPacket Packet, long? ExpiresAt)
{
    public static StoredMessage Of(PublishPacket packet, TimeProvider time) => new(
        packet, packet.MessageExpiryInterval is { } seconds ? time.GetTimestamp() + (long)(seconds * (double)time.TimestampFrequency) : null);

    /// <summary>Gets the packet with its remaining lifetime (MQTT-3.3.2-6); null where it expired.</summary>
    public PublishPacket? Current(TimeProvider time)
    {
        if (ExpiresAt is null)
        {
            return Packet;
        }

        var left = (ExpiresAt.Value - time.GetTimestamp()) / (double)time.TimestampFrequency;
        return left <= 0 ? null : Packet with { MessageExpiryInterval = (uint)Math.Ceiling(left) };
    }
}

/// <summary>The replay of retained messages to one new subscription: a position in the store, not a copy of it.</summary>
/// <param name="Filter">Filter of the subscription.</param>
/// <param name="Qos">Granted QoS.</param>
/// <param name="Identifiers">Subscription identifier, if it has one.</param>
/// <param name="Until">Number of the newest message that was retained when it subscribed; later ones reach it as they are published.</param>
internal sealed record RetainedReplay(string Filter, QualityOfService Qos, IReadOnlyList<uint> Identifiers, long Until)
{
    /// <summary>Number of the last message visited.</summary>
    public long After { get; set; }

    /// <summary>True once all were visited.</summary>
    public bool Done { get; set; }
}

/// <summary>One retained message a topic (section 3.3.1.3), in the order in which they were retained.</summary>
internal sealed class RetainedStore(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Entry> _byTopic = new(StringComparer.Ordinal);
    private readonly List<Entry> _ordered = []; // ascending numbers; a removed entry stays, empty, until half are removed
    private readonly SortedSet<(long At, long Number, string Topic)> _expiring = [];
    private long _last;
    private long _compared;

    /// <summary>The number of messages held.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _byTopic.Count;
            }
        }
    }

    /// <summary>The number of comparisons of a filter with a topic so far: the work that subscribers cause.</summary>
    public long Compared => Volatile.Read(ref _compared);

    /// <summary>Stores a message, or removes the topic's where the payload is empty. False where the pool has no room; then nothing changed.</summary>
    public bool Put(PublishPacket packet, ClientPool pool)
    {
        lock (_lock)
        {
            Expire();
            _byTopic.TryGetValue(packet.Topic, out var before);
            if (packet.Payload.IsEmpty)
            {
                Remove(before);
                return true;
            }

            // The old message makes room for the new one, and is restored where that is not enough.
            before?.Release();
            var entry = new Entry(++_last, StoredMessage.Of(packet, time), pool, MemoryCost.Of(packet));
            if (!entry.TryHold())
            {
                before?.Hold();
                return false;
            }

            before?.Hold();
            Remove(before);
            _byTopic[packet.Topic] = entry;
            _ordered.Add(entry);
            if (entry.Message!.ExpiresAt is { } at)
            {
                _expiring.Add((at, entry.Number, packet.Topic));
            }

            return true;
        }
    }

    /// <summary>Begins the replay for a new subscription.</summary>
    public RetainedReplay Begin(string filter, QualityOfService qos, uint? identifier)
    {
        lock (_lock)
        {
            return new RetainedReplay(filter, qos, identifier is { } one ? [one] : [], _last);
        }
    }

    /// <summary>Gets the next message of a replay; null where there is none, or where <paramref name="comparisons"/> came to 0 first.</summary>
    public PublishPacket? Next(RetainedReplay replay, ref int comparisons)
    {
        lock (_lock)
        {
            if (replay.Done)
            {
                return null;
            }

            if (replay.Filter.AsSpan().IndexOfAny('#', '+') < 0)
            {
                comparisons--;
                _compared++;
                replay.Done = true;
                return _byTopic.TryGetValue(replay.Filter, out var exact) && exact.Number <= replay.Until ? exact.Message!.Current(time) : null;
            }

            for (var i = IndexAfter(replay.After); i < _ordered.Count && _ordered[i].Number <= replay.Until; i++)
            {
                if (comparisons <= 0)
                {
                    return null;
                }

                comparisons--;
                _compared++;
                replay.After = _ordered[i].Number;
                if (_ordered[i].Message is { } stored && TopicFilter.Matches(replay.Filter, stored.Packet.Topic) && stored.Current(time) is { } packet)
                {
                    return packet;
                }
            }

            replay.Done = true;
            return null;
        }
    }

    private void Expire()
    {
        var now = time.GetTimestamp();
        while (_expiring.Count > 0 && _expiring.Min.At <= now)
        {
            Remove(_byTopic[_expiring.Min.Topic]);
        }
    }

    private void Remove(Entry? entry)
    {
        if (entry?.Message is not { } stored)
        {
            return;
        }

        _byTopic.Remove(stored.Packet.Topic);
        if (stored.ExpiresAt is { } at)
        {
            _expiring.Remove((at, entry.Number, stored.Packet.Topic));
        }

        entry.Release();
        entry.Message = null;
        if (_ordered.Count > 64 && _ordered.Count > 2 * _byTopic.Count)
        {
            _ordered.RemoveAll(e => e.Message is null);
        }
    }

    private int IndexAfter(long number)
    {
        var (low, high) = (0, _ordered.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = _ordered[middle].Number <= number ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    private sealed class Entry(long number, StoredMessage message, ClientPool pool, long bytes)
    {
        public long Number { get; } = number;

        /// <summary>Null once it is removed.</summary>
        public StoredMessage? Message { get; set; } = message;

        public bool TryHold()
        {
            if (!pool.Retained.TryTake(1))
            {
                return false;
            }

            if (pool.RetainedBytes.TryTake(bytes))
            {
                return true;
            }

            pool.Retained.Return(1);
            return false;
        }

        public void Hold()
        {
            pool.Retained.Take(1);
            pool.RetainedBytes.Take(bytes);
        }

        public void Release()
        {
            pool.Retained.Return(1);
            pool.RetainedBytes.Return(bytes);
        }
    }
}
