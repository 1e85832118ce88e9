namespace Harness.Bench.Devices.Emulators;

/// <summary>An ATmega on simavr, which counts cycles.</summary>
/// <param name="processor">simavr's name of the processor.</param>
internal abstract class SimAvr(string processor) : EmulatorDriver
{
    private const int Hz = 16_000_000; // as rigs/firmware's hal/avr.c is built for

    public override string Provenance => "emulated-cycles";

    public override string TickUnit => "cycles";

    public override string EdgeUnit => "cycles";

    public override bool ReportsEdgesByDefault => true;

    public override bool TellsStack => true;

    public override string Compiler => "avr-gcc";

    public override string[] Command(DeviceEntry entry, string image, string? edges, string? stack) =>
    [
        FirmwarePaths.PathBeside(entry.Name, image, "simavr"), processor, Hz.ToString(CultureInfo.InvariantCulture),
        .. edges is null ? Array.Empty<string>() : ["--edges", edges], .. stack is null ? Array.Empty<string>() : ["--stack", stack], image,
    ];
}
