namespace Harness.Mqtt.Broker;

/// <content>Topic aliases in both directions (section 3.3.2.3.4). They end with their connection; their topics are charged to the session meanwhile.</content>
internal sealed partial class BrokerSession
{
    private Dictionary<ushort, string>? _incomingAliases;
    private Dictionary<string, ushort>? _outgoingAliases;
    private long _aliasBytes;
    private int _aliasMaximum;

    /// <summary>Sets what one of the client's aliases stands for.</summary>
    /// <param name="sink">The client's connection.</param>
    /// <param name="alias">Alias.</param>
    /// <param name="topic">Topic name.</param>
    /// <returns>False where there is no room for the topic, or another connection took the session over.</returns>
    public bool TrySetAlias(IPacketSink sink, ushort alias, string topic)
    {
        lock (_lock)
        {
            var aliases = _incomingAliases ??= [];
            var before = aliases.TryGetValue(alias, out var other) ? MemoryCost.OfAlias(other) : 0;
            var more = MemoryCost.OfAlias(topic) - before;
            if (_sink != sink || (more > 0 && !TryHold(more)))
            {
                return false;
            }

            if (more < 0)
            {
                Release(-more);
            }

            _aliasBytes += more;
            aliases[alias] = topic;
            return true;
        }
    }

    /// <summary>Gets the topic that one of the client's aliases stands for; null for one that was not set on this connection.</summary>
    public string? TopicOf(IPacketSink sink, ushort alias)
    {
        lock (_lock)
        {
            return _sink == sink ? _incomingAliases?.GetValueOrDefault(alias) : null;
        }
    }

    /// <summary>Sends a message under the alias of its topic, where the client takes aliases: the first topics on a connection get one each.</summary>
    private SendResult SendPublish(IPacketSink sink, PublishPacket packet)
    {
        if (_aliasMaximum == 0)
        {
            return sink.TrySend(packet);
        }

        var aliases = _outgoingAliases ??= new(StringComparer.Ordinal);
        if (aliases.TryGetValue(packet.Topic, out var known))
        {
            return sink.TrySend(packet with { Topic = "", TopicAlias = known });
        }

        var cost = MemoryCost.OfAlias(packet.Topic);
        if (aliases.Count >= _aliasMaximum || !TryHold(cost))
        {
            return sink.TrySend(packet);
        }

        var alias = (ushort)(aliases.Count + 1);
        var sent = sink.TrySend(packet with { TopicAlias = alias });
        if (sent == SendResult.Sent)
        {
            aliases.Add(packet.Topic, alias);
            _aliasBytes += cost;
            return sent;
        }

        Release(cost);
        return sent == SendResult.TooLarge ? sink.TrySend(packet) : sent; // the alias itself takes three bytes
    }

    private void ForgetAliasesLocked()
    {
        Release(_aliasBytes);
        (_outgoingAliases, _incomingAliases, _aliasBytes, _aliasMaximum) = (null, null, 0, 0);
    }
}
