using Harness.Record;

namespace Harness.Timing;

/// <summary>Samples of one operation of one device by one clock, in the order taken, and everything that says what they are.</summary>
public sealed record TimingSeries
{
    /// <summary>The device, as the rig names it.</summary>
    public required string Device { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

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

    /// <summary>The clock's noise; null before a calibration.</summary>
    public Floor? Floor { get; init; }

    /// <summary>Edges that must have been there and were not seen.</summary>
    public int LostEdges { get; init; }

    /// <summary>Steps of the edges' sequence number by more than one.</summary>
    public int SequenceGaps { get; init; }

    /// <summary>The samples as events and budgets know them.</summary>
    public IEnumerable<Sample> Samples() => Values.Select(value => new Sample(Device, Operation, value, Unit, Clock, Provenance));
}
