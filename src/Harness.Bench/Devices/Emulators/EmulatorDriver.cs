namespace Harness.Bench.Devices.Emulators;

/// <summary>A program that runs a board on this machine: an emulator, or the firmware as a process. It determines what the board's numbers are.</summary>
public abstract class EmulatorDriver
{
    /// <summary>The name in rig files.</summary>
    public string Name => GetType().GetCustomAttribute<EmulatorDriverAttribute>()!.Name;

    /// <summary>The provenance of its durations, as rig files spell it: an emulated number never reads as a measured one.</summary>
    public abstract string Provenance { get; }

    /// <summary>The unit of the board's ticks, as rig files spell it.</summary>
    public abstract string TickUnit { get; }

    /// <summary>The unit of the trigger's edges; null where none are reported.</summary>
    public virtual string? EdgeUnit => null;

    /// <summary>True if edges are reported unless the rig says otherwise.</summary>
    public virtual bool ReportsEdgesByDefault => false;

    /// <summary>True if it tells the deepest stack of the board's image, whatever the image itself can tell.</summary>
    public virtual bool TellsStack => false;

    /// <summary>True if it takes a pseudo-terminal as descriptor 3, which the leash makes; else it makes and names one itself.</summary>
    public virtual bool TakesTerminal => false;

    /// <summary>Ticks of the board's timer per instruction; 1 where the timer counts the instructions themselves.</summary>
    public virtual double TicksPerInstruction => 1;

    /// <summary>The program that must be installed to run it; null for one that is built with the firmware.</summary>
    public virtual string? Program => null;

    /// <summary>The compiler that its images need besides gcc; null for none.</summary>
    public virtual string? Compiler => null;

    /// <summary>The command line that runs a board.</summary>
    /// <param name="entry">The device.</param>
    /// <param name="image">Firmware to run.</param>
    /// <param name="edges">File for the trigger's edges, appended to; null for none.</param>
    /// <param name="stack">File for the deepest stack, appended to at each SIGUSR1; null for none.</param>
    /// <exception cref="EmulatorException">A needed program is missing.</exception>
    public abstract string[] Command(DeviceEntry entry, string image, string? edges, string? stack);

    /// <summary>The name.</summary>
    public sealed override string ToString() => Name;
}
