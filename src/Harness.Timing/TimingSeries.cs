using Harness.Record;

namespace Harness.Timing;

/// <summary>Samples of one operation of one device by one clock, in the order taken, and everything that says what they are.</summary>
public sealed record TimingSeries
{
    /// <summary>The device, as the rig names it.</summary>
    public required string Device { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>What it was done on, where that varies: <c>group p256</c>, <c>128-bit keys, 16 bytes</c>; empty where the operation's name says all.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>The clock.</summary>
    public required ClockKind Clock { get; init; }

    /// <summary>Unit of every value.</summary>
    public required Unit Unit { get; init; }

    /// <summary>Where they come from.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The samples; none is ever left out.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>What came before them while caches and compilers settled; shown apart, never mixed in.</summary>
    public IReadOnlyList<double> WarmUp { get; init; } = [];

    /// <summary>
    /// What a fixed piece of work took right after each sample, in nanoseconds, as many as <see cref="Values"/>: the speed of this machine then.
    /// Null where none was held beside them, as on boards, whose clocks are their own.
    /// </summary>
    public Yardsticks? Yardstick { get; init; }

    /// <summary>The clock's noise; null before a calibration.</summary>
    public Floor? Floor { get; init; }

    /// <summary>Edges that must have been there and were not seen.</summary>
    public int LostEdges { get; init; }

    /// <summary>Steps of the edges' sequence number by more than one.</summary>
    public int SequenceGaps { get; init; }

    /// <summary>The samples as events and budgets know them.</summary>
    public IEnumerable<Sample> Samples() => Values.Select(value => new Sample(Device, Operation, value, Unit, Clock, Provenance));
}

/// <summary>A fixed piece of work, timed beside samples of a machine that does not always run at one speed.</summary>
/// <param name="Kind">Names the work; only the same work is comparable.</param>
/// <param name="Nanoseconds">What it took beside each sample.</param>
public sealed record Yardsticks(string Kind, IReadOnlyList<double> Nanoseconds);
