namespace Harness.Record;

/// <summary>The origin of a number. An emulated number is always named as such.</summary>
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

    /// <summary>A board beside a machine that may be a virtual one: nothing there tells, and the rig file does not say.</summary>
    Unknown,
}

/// <summary>The clock that measured a duration.</summary>
public enum ClockKind
{
    /// <summary>The device's own counter.</summary>
    Device,

    /// <summary>Edges on a trigger pin.</summary>
    Trigger,

    /// <summary>The host's clock, around a round trip.</summary>
    Host,
}

/// <summary>Properties of a provenance.</summary>
public static class Provenances
{
    /// <summary>True where its clocks count exactly: an emulator's cycles or instructions.</summary>
    public static bool IsExactCount(this Provenance provenance) => provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;

    /// <summary>True where a board counts that the rig calls real, whether the machine beside it is known to be real or not.</summary>
    public static bool IsOfRealBoard(this Provenance provenance) => provenance is Provenance.Hardware or Provenance.Unknown;
}
