namespace Harness.Mqtt.Broker;

/// <summary>One client's subscription.</summary>
internal sealed record Subscription(TopicSubscription Options, uint? Identifier);

/// <summary>The delivery of a message to one session: the best QoS of its matching subscriptions and their identifiers.</summary>
internal readonly record struct Match(QualityOfService Qos, bool RetainAsPublished, IReadOnlyList<uint> Identifiers);

/// <summary>A session's subscriptions: filters without a wildcard are looked up, only the others are compared. Not thread-safe.</summary>
internal sealed class SubscriptionSet
{
    private readonly Dictionary<string, Subscription> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Subscription> _wildcards = new(StringComparer.Ordinal);

    public int Count => _exact.Count + _wildcards.Count;

    public IEnumerable<Subscription> All => _exact.Values.Concat(_wildcards.Values);

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

    private Dictionary<string, Subscription> Of(string filter) => filter.AsSpan().IndexOfAny('#', '+') < 0 ? _exact : _wildcards;

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
