using Harness.Mqtt;
using Harness.Sessions.Broker;

namespace Harness.Cli.Live;

/// <summary>Lines about a broker's bounds: a client that loses message after message is told at every doubling, and all of them in sums at the end.</summary>
/// <param name="write">Takes a line; must not block.</param>
/// <param name="time">Clock of the lines.</param>
internal sealed class LimitLog(Action<string> write, TimeProvider time)
{
    private const int MostTold = 1024;
    private readonly Lock _gate = new();
    private readonly Dictionary<(BrokerLimit, string), long> _events = [];

    /// <summary>Takes an event of the broker. Called under its locks: returns at once.</summary>
    public void Add(BrokerLimitReached reached)
    {
        lock (_gate)
        {
            var key = (reached.Limit, reached.ClientId ?? reached.Address?.ToString() ?? "");
            if (!_events.ContainsKey(key) && _events.Count >= MostTold)
            {
                key = (reached.Limit, ""); // a stranger chooses names: the rest are counted together
            }

            var times = _events[key] = _events.GetValueOrDefault(key) + 1;
            if (!long.IsPow2(times))
            {
                return;
            }

            write($"{time.GetUtcNow():HH:mm:ss} {LimitWords.Of(reached)}{(times == 1 ? "" : $" ({times} times so far)")}");
        }
    }

    /// <summary>Writes what each client lost in all.</summary>
    public void End(BrokerLosses losses)
    {
        foreach (var loss in losses.Messages)
        {
            write($"in all, dropped {loss}");
        }
    }
}
