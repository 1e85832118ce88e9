namespace Harness.Record;

/// <summary>Where a number comes from. An emulated number is named what it is.</summary>
public enum Provenance
{
    /// <summary>A real board.</summary>
    Hardware,

    /// <summary>Exact cycles of an emulated AVR (simavr).</summary>
    EmulatedCycles,

    /// <summary>Exact instructions of an emulated Cortex-M (QEMU); never called cycles.</summary>
    EmulatedInstructions,

    /// <summary>The host's own clock.</summary>
    Host,
}

/// <summary>Which clock took a duration.</summary>
public enum ClockKind
{
    /// <summary>The device's own counter.</summary>
    Device,

    /// <summary>Edges on a trigger pin.</summary>
    Trigger,

    /// <summary>The host's round trip.</summary>
    Host,
}

/// <summary>Properties of a provenance.</summary>
public static class Provenances
{
    /// <summary>Whether its clocks count exactly: an emulator's cycles or instructions.</summary>
    public static bool IsExactCount(this Provenance provenance) => provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
}
