namespace Harness.Timing.Leaks;

/// <summary>The classes of inputs of a subject's runs.</summary>
public enum LeakClass
{
    /// <summary>The first class of inputs.</summary>
    First,

    /// <summary>The second.</summary>
    Second,

    /// <summary>Inputs of the first class again, as a separate list: the A/A control.</summary>
    Control,
}

/// <summary>Durations of the three classes with their unit, clock and provenance.</summary>
/// <param name="Durations">Every duration, in the order of measurement within each class.</param>
/// <param name="Unit">Their unit.</param>
/// <param name="Clock">The clock that measured them.</param>
/// <param name="Provenance">Their provenance.</param>
/// <param name="Floor">The noise of one sample by this clock; null where it was not measured. Many samples resolve finer differences.</param>
public sealed record LeakSamples(LeakDurations Durations, Unit Unit, ClockKind Clock, Provenance Provenance, Floor? Floor)
{
    /// <summary>Durations of the first class.</summary>
    public IReadOnlyList<double> First => Durations.First;

    /// <summary>Durations of the second class.</summary>
    public IReadOnlyList<double> Second => Durations.Second;

    /// <summary>Durations of the control.</summary>
    public IReadOnlyList<double> Control => Durations.Control;

    /// <summary>True where every count is exact, as an emulator's is.</summary>
    public bool IsExact => Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
}
