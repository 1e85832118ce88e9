using System.Diagnostics;
using Harness.Crypto;

namespace Harness.Schemes;

/// <summary>What a party in this process computed since its last reset, and how long one operation took. Under its party's lock.</summary>
internal sealed class PartyWork
{
    /// <summary>What was counted.</summary>
    public OperationTally Total { get; private set; }

    /// <summary>Starts again from nothing.</summary>
    public void Reset() => Total = default;

    /// <summary>Adds what a counter saw.</summary>
    public void Add(OperationCounts counted) => Total += OperationTally.Of(counted);

    /// <summary>Counts until it is disposed.</summary>
    public Scope Count() => new(this, OperationCounts.Begin());

    /// <summary>Runs something, counts it and takes its time in nanoseconds.</summary>
    public Timed<T> Time<T>(Func<T> operation)
    {
        using var counted = Count();
        var start = Stopwatch.GetTimestamp();
        var value = operation();
        var ticks = Stopwatch.GetTimestamp() - start;

        // Not through TimeSpan: its own tick is 100 ns.
        return new Timed<T>(value, (long)(ticks * (1e9 / Stopwatch.Frequency)));
    }

    /// <summary>Something that is being counted.</summary>
    public readonly struct Scope(PartyWork owner, OperationCounts counted) : IDisposable
    {
        public void Dispose()
        {
            counted.Dispose();
            owner.Add(counted);
        }
    }
}
