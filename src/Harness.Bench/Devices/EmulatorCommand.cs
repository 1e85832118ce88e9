namespace Harness.Bench.Devices;

/// <summary>The command line of an emulated board.</summary>
internal static class EmulatorCommand
{
    /// <param name="entry">A device whose driver is an emulator.</param>
    /// <param name="image">Firmware to run.</param>
    /// <param name="edges">File for the trigger's edges, appended to; null for none.</param>
    /// <exception cref="EmulatorException">A needed program is missing.</exception>
    public static string[] For(DeviceEntry entry, string image, string? edges) => entry.Driver switch
    {
        BoardDriver.QemuStm32F405 => Qemu(entry.Name, "netduinoplus2", image, "shift=0", edges, "set=0x40020418,clear=0x4002041a"), // GPIOB's BSRR
        BoardDriver.QemuMicrobit => Qemu(entry.Name, "microbit", image, "shift=6", edges, "set=0x50000508,clear=0x5000050c"), // 64 ns an instruction: a core of 16 MHz
        BoardDriver.SimAvrAtmega328P or BoardDriver.SimAvrAtmega1284P => SimAvr(entry, image, edges),
        BoardDriver.Posix => [image],
        _ => throw new ArgumentException($"driver {entry.Driver} of {entry.Name} is no emulator", nameof(entry)),
    };

    private static string[] SimAvr(DeviceEntry entry, string image, string? edges) =>
    [
        FirmwarePaths.PathBeside(entry.Name, image, "simavr"), entry.Driver.Mcu(), BoardDriverNames.AvrHz.ToString(CultureInfo.InvariantCulture),
        .. edges is null ? Array.Empty<string>() : ["--edges", edges], image,
    ];

    private static string[] Qemu(string device, string machine, string image, string instructionTime, string? edges, string registers) =>
    [
        FirmwarePaths.Qemu(device), "-M", machine, "-nographic", "-monitor", "none", "-kernel", image,
        "-icount", $"{instructionTime},sleep=on", "-serial", "pty",
        .. edges is null ? Array.Empty<string>() : ["-plugin", $"{FirmwarePaths.PathBeside(device, image, "edges.so")},{registers},out={edges}"],
    ];
}
