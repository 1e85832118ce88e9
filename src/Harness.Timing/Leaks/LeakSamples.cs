using Harness.Record;

namespace Harness.Timing;

/// <summary>Which inputs a run of a subject gets.</summary>
public enum LeakClass
{
    /// <summary>The first class of inputs.</summary>
    First,

    /// <summary>The second.</summary>
    Second,

    /// <summary>Inputs of the first class again, as a list of its own: the A/A control.</summary>
    Control,
}

/// <summary>Durations of the three classes and what they are.</summary>
/// <param name="Durations">Every one, in the order taken within each class.</param>
/// <param name="Unit">Their unit.</param>
/// <param name="Clock">Which clock took them.</param>
/// <param name="Provenance">Where they come from.</param>
/// <param name="Floor">The noise of one sample by this clock; null where none was taken. Many samples resolve what is finer.</param>
public sealed record LeakSamples(LeakDurations Durations, Unit Unit, ClockKind Clock, Provenance Provenance, Floor? Floor)
{
    /// <summary>Durations of the first class.</summary>
    public IReadOnlyList<double> First => Durations.First;

    /// <summary>Durations of the second class.</summary>
    public IReadOnlyList<double> Second => Durations.Second;

    /// <summary>Durations of the control.</summary>
    public IReadOnlyList<double> Control => Durations.Control;

    /// <summary>Whether every count is exact: an emulator's.</summary>
    public bool IsExact => Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
}
