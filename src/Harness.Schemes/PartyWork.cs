using System.Diagnostics;

namespace Harness.Schemes;

/// <summary>Counts the operations of a party in this process since its last reset, and times each operation. Called under its party's lock.</summary>
internal sealed class PartyWork
{
    /// <summary>The operations counted.</summary>
    public OperationTally Total { get; private set; }

    /// <summary>Resets the counts to zero.</summary>
    public void Reset() => Total = default;

    /// <summary>Adds the counts of a counter.</summary>
    public void Add(OperationCounts counted) => Total += OperationTally.Of(counted);

    /// <summary>Counts until the scope is disposed.</summary>
    public Scope Count() => new(this, OperationCounts.Begin());

    /// <summary>Runs a function, counts its operations and measures its time in nanoseconds.</summary>
    public Timed<T> Time<T>(Func<T> operation)
    {
        using var counted = Count();
        var start = Stopwatch.GetTimestamp();
        var value = operation();
        var ticks = Stopwatch.GetTimestamp() - start;

        // Computed from raw ticks: a TimeSpan has a resolution of 100 ns.
        return new Timed<T>(value, (long)(ticks * (1e9 / Stopwatch.Frequency)));
    }

    /// <summary>A scope in which operations are counted.</summary>
    public readonly struct Scope(PartyWork owner, OperationCounts counted) : IDisposable
    {
        public void Dispose()
        {
            counted.Dispose();
            owner.Add(counted);
        }
    }
}
