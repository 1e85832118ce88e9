namespace Harness.Bench.Measuring;

/// <summary>Opens the trigger line of a device, from an emulator or from GPIO.</summary>
public static class TriggerLines
{
    /// <summary>Opens the edges of a device's trigger; null if the rig has no line for it. The caller disposes it.</summary>
    /// <exception cref="Record.RigErrorException">The rig names a line that cannot be opened.</exception>
    public static ITriggerEdges? Open(TestBench bench, BenchDevice device)
    {
        ArgumentNullException.ThrowIfNull(bench);
        ArgumentNullException.ThrowIfNull(device);
        return device.Entry.Trigger is { } name ? GpioTriggerEdges.Open(bench.Rig.Gpio[name], device.Entry.Provenance) : EmulatedTriggerEdges.Open(device);
    }
}
