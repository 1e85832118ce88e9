namespace Harness.Timing;

/// <summary>Samples of one operation of one device by one clock, in the order of measurement, with their unit, provenance and noise.</summary>
public sealed record TimingSeries
{
    /// <summary>The device, as the rig names it.</summary>
    public required string Device { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The parameters of the operation, where they vary: <c>group p256</c>, <c>128-bit keys, 16 bytes</c>; empty where the operation's name is sufficient.</summary>
    public string Parameters { get; init; } = "";

    /// <summary>The clock.</summary>
    public required ClockKind Clock { get; init; }

    /// <summary>Unit of every value.</summary>
    public required Unit Unit { get; init; }

    /// <summary>The provenance of the values.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The samples; none is ever omitted.</summary>
    public required IReadOnlyList<double> Values { get; init; }

    /// <summary>The warm-up samples before them, while caches and compilers settle; reported separately, never mixed in.</summary>
    public IReadOnlyList<double> WarmUp { get; init; } = [];

    /// <summary>
    /// The duration of a fixed piece of work right after each sample, in nanoseconds, as many as <see cref="Values"/>: the speed of this machine at that time.
    /// Null where it was not measured, as on boards, which have their own clocks.
    /// </summary>
    public ReferenceWorkloadSamples? ReferenceWorkload { get; init; }

    /// <summary>The clock's noise; null before a calibration.</summary>
    public Floor? Floor { get; init; }

    /// <summary>The number of edges that must have occurred and were not seen.</summary>
    public int LostEdges { get; init; }

    /// <summary>The number of steps of the edges' sequence number by more than one.</summary>
    public int SequenceGaps { get; init; }

    /// <summary>Gets the samples in the form of events and budgets.</summary>
    public IEnumerable<Sample> Samples() => Values.Select(value => new Sample(Device, Operation, value, Unit, Clock, Provenance));
}

/// <summary>Durations of a fixed piece of work, measured beside the samples of a machine whose speed varies.</summary>
/// <param name="Kind">The name of the work; only results of the same work are comparable.</param>
/// <param name="Nanoseconds">Its duration beside each sample.</param>
public sealed record ReferenceWorkloadSamples(string Kind, IReadOnlyList<double> Nanoseconds);
