namespace Harness.Sessions.Broker;

/// <summary>Messages that one client misses because of one bound of the broker.</summary>
/// <param name="Limit">Bound.</param>
/// <param name="Client">ClientId of the subscriber that misses them, or of the publisher whose messages were not retained.</param>
/// <param name="Messages">Number of messages.</param>
public sealed record MessageLoss(BrokerLimit Limit, string Client, long Messages)
{
    /// <summary>The loss in words for a person, with the client's name escaped.</summary>
    public override string ToString() => LimitWords.Lost(Limit, Client, Messages);
}

/// <summary>Losses of a broker, summed up by client, in bounded memory. Safe for use by many threads.</summary>
public sealed class BrokerLosses
{
    /// <summary>Most clients that are told apart; the losses of further ones are under the name <see cref="Others"/>.</summary>
    public const int Capacity = 1024;

    /// <summary>The name of all clients beyond <see cref="Capacity"/>.</summary>
    public const string Others = "(others)";

    private readonly Lock _gate = new();
    private readonly Dictionary<(BrokerLimit, string), long> _messages = [];

    /// <summary>Messages lost, by bound and client.</summary>
    public IReadOnlyList<MessageLoss> Messages
    {
        get
        {
            lock (_gate)
            {
                return [.. _messages.Select(m => new MessageLoss(m.Key.Item1, m.Key.Item2, m.Value))];
            }
        }
    }

    internal void Add(BrokerLimitReached reached)
    {
        lock (_gate)
        {
            if (reached.Messages > 0)
            {
                var key = (reached.Limit, reached.ClientId ?? Others);
                if (!_messages.ContainsKey(key) && _messages.Count >= Capacity)
                {
                    key = (reached.Limit, Others);
                }

                _messages[key] = _messages.GetValueOrDefault(key) + reached.Messages;
            }
        }
    }
}
