namespace Harness.Bench.Devices.Emulators;

/// <summary>A Cortex-M board on QEMU, which counts instructions.</summary>
/// <param name="machine">QEMU's name of the board.</param>
/// <param name="shift">An instruction takes 2^shift ns of virtual time.</param>
/// <param name="trigger">Addresses of the registers that set and clear the trigger pin.</param>
internal abstract class Qemu(string machine, int shift, string trigger) : EmulatorDriver
{
    public override string Provenance => "emulated-instructions";

    public override string EdgeUnit => "instructions";

    public override string Program => "qemu-system-arm";

    public override bool TakesTerminal => true;

    public override string Compiler => "arm-none-eabi-gcc";

    public override string[] Command(DeviceEntry entry, string image, string? edges, string? stack) =>
    [
        FirmwarePaths.Qemu(entry.Name), "-M", machine, "-nographic", "-monitor", "none", "-kernel", image,
        "-icount", $"shift={shift},sleep=on", "-add-fd", "fd=3,set=1", "-chardev", "serial,id=line,path=/dev/fdset/1", "-serial", "chardev:line",
        .. edges is null ? Array.Empty<string>() : ["-plugin", $"{FirmwarePaths.PathBeside(entry.Name, image, "edges.so")},{trigger},out={edges}"],
    ];
}
