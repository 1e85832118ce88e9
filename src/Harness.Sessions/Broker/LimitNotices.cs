namespace Harness.Sessions.Broker;

/// <summary>One thing to tell about a bound of the broker.</summary>
/// <param name="Limit">Bound.</param>
/// <param name="Client">ClientId that it hit, as it is; null where only an address is known.</param>
/// <param name="Words">Client and number of messages, for a person; the client's name is quoted and escaped.</param>
public sealed record LimitNotice(BrokerLimit Limit, string? Client, string Words);

/// <summary>
/// Tells a log or a record what the broker's bounds did, without being flooded: a client that loses message after message is told of at the first, second,
/// fourth ... event, and what each lost in all at the end.
/// </summary>
/// <param name="tell">Takes a notice; called under the broker's locks, so that it must return at once.</param>
public sealed class LimitNotices(Action<LimitNotice> tell)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(BrokerLimit, string?), (long Events, long Messages)> _seen = [];

    /// <summary>Takes an event of <see cref="SecureBroker.LimitReached"/>.</summary>
    public void Add(BrokerLimitReached reached)
    {
        ArgumentNullException.ThrowIfNull(reached);
        lock (_gate)
        {
            var key = (reached.Limit, reached.ClientId ?? reached.Address?.ToString());
            if (!_seen.ContainsKey(key) && _seen.Count >= BrokerLosses.Capacity)
            {
                key = (reached.Limit, BrokerLosses.Others); // strangers choose names: the rest are counted together
            }

            var (events, messages) = _seen.GetValueOrDefault(key);
            _seen[key] = (++events, messages += reached.Messages);
            if (long.IsPow2(events))
            {
                var before = messages - reached.Messages;
                tell(new LimitNotice(reached.Limit, reached.ClientId, LimitWords.Of(reached) + (before == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {messages:N0} so far"))));
            }
        }
    }

    /// <summary>Tells what each client lost in all, where more than one event took it.</summary>
    public void End()
    {
        lock (_gate)
        {
            foreach (var ((limit, client), (events, messages)) in _seen.Where(pair => pair.Value is { Events: > 1, Messages: > 0 }))
            {
                tell(new LimitNotice(limit, client, (limit == BrokerLimit.Delayed ? "in all, delayed " : "in all, dropped ") + LimitWords.Lost(limit, client ?? BrokerLosses.Others, messages)));
            }

            _seen.Clear();
        }
    }
}
