namespace Harness.Mqtt.Broker;

/// <summary>One client's subscription.</summary>
internal sealed record Subscription(TopicSubscription Options, uint? Identifier)
{
    private long _turn;

    /// <summary>The filter of its messages: without <c>$share</c> and the share name.</summary>
    public string Filter { get; } = TopicFilter.Shared(Options.Filter) ?? Options.Filter;

    /// <summary>The number of the last message that this member of a shared subscription was chosen for; the member with the lowest is next.</summary>
    public long Turn
    {
        get => Volatile.Read(ref _turn);
        set => Volatile.Write(ref _turn, value);
    }
}

/// <summary>A member of a shared subscription that matches a message.</summary>
internal readonly record struct SharedMember(BrokerSession Session, Subscription Subscription);

/// <summary>The delivery of a message to one session: the best QoS of its matching subscriptions and their identifiers.</summary>
internal readonly record struct Match(QualityOfService Qos, bool RetainAsPublished, IReadOnlyList<uint> Identifiers);

/// <summary>A session's subscriptions: filters without a wildcard are looked up, only the others are compared. Not thread-safe.</summary>
internal sealed class SubscriptionSet
{
    private readonly Dictionary<string, Subscription> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Subscription> _wildcards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Subscription> _shared = new(StringComparer.Ordinal);

    public int Count => _exact.Count + _wildcards.Count + _shared.Count;

    public IEnumerable<Subscription> All => _exact.Values.Concat(_wildcards.Values).Concat(_shared.Values);

    public bool Contains(string filter) => Of(filter).ContainsKey(filter);

    public void Put(Subscription subscription) => Of(subscription.Options.Filter)[subscription.Options.Filter] = subscription;

    public bool Remove(string filter) => Of(filter).Remove(filter);

    /// <summary>Finds the delivery of a message; null where no subscription matches. A message is delivered once, however many match (section 3.3.4 allows it).</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="own">True where the client published it itself.</param>
    /// <param name="compared">The number of filters compared.</param>
    public Match? Find(string topic, bool own, out int compared)
    {
        compared = _wildcards.Count + 1;
        var found = new Found(own);
        if (_exact.TryGetValue(topic, out var exact))
        {
            found.Add(exact);
        }

        foreach (var (filter, subscription) in _wildcards)
        {
            if (TopicFilter.Matches(filter, topic))
            {
                found.Add(subscription);
            }
        }

        return found.Match;
    }

    /// <summary>Gets the shared subscriptions that match a topic, each of which is one member among several.</summary>
    /// <param name="topic">Topic name.</param>
    /// <param name="found">Called with each.</param>
    /// <returns>The number of filters compared.</returns>
    public int FindShared(string topic, Action<Subscription> found)
    {
        foreach (var (_, subscription) in _shared)
        {
            if (TopicFilter.Matches(subscription.Filter, topic))
            {
                found(subscription);
            }
        }

        return _shared.Count;
    }

    /// <summary>True where any subscription is shared.</summary>
    public bool HasShared => _shared.Count > 0;

    private Dictionary<string, Subscription> Of(string filter) =>
        TopicFilter.IsShared(filter) ? _shared : filter.AsSpan().IndexOfAny('#', '+') < 0 ? _exact : _wildcards;

    private struct Found(bool own)
    {
        private QualityOfService? _qos;
        private bool _retainAsPublished;
        private List<uint>? _identifiers;

        public readonly Match? Match => _qos is { } qos ? new Match(qos, _retainAsPublished, _identifiers ?? []) : null;

        public void Add(Subscription subscription)
        {
            if (own && subscription.Options.NoLocal)
            {
                return;
            }

            _qos = _qos is { } best && best > subscription.Options.Qos ? best : subscription.Options.Qos;
            _retainAsPublished |= subscription.Options.RetainAsPublished;
            if (subscription.Identifier is { } identifier)
            {
                (_identifiers ??= []).Add(identifier);
            }
        }
    }
}
