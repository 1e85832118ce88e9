namespace Harness.Bench.Vectors;

/// <summary>Finds and brings up a device of a rig for known answers.</summary>
public static class VectorDevices
{
    /// <summary>Finds a device by its name or its role.</summary>
    /// <exception cref="FormatException">The rig has no such device; suggests the nearest known one.</exception>
    public static DeviceEntry Find(RigFile rig, string nameOrRole) => rig.Find(nameOrRole) ?? throw new FormatException(
        $"--device \"{nameOrRole}\" is no device or role of rig {rig.Name}{NearestWord.Hint(nameOrRole, rig.Devices.Keys.Concat(rig.Roles.Keys).Distinct())}; next: ./harness vectors --help");

    /// <summary>Gets the options of a bench for known answers on a device: test firmware if the rig names it or the board is real.</summary>
    public static TestBenchOptions OptionsFor(DeviceEntry entry) =>
        new() { TestFirmware = entry.Kind == DeviceKind.Host || entry.Driver == BoardDriver.Tty || entry.TestElf is not null };

    /// <summary>Brings the device up.</summary>
    /// <param name="bench">The bench, which keeps the device.</param>
    /// <param name="nameOrRole">The device.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="FormatException">The rig has no such device.</exception>
    /// <exception cref="Harness.Record.RigErrorException">The device does not come up.</exception>
    public static async Task<IVectorDevice> OpenAsync(TestBench bench, string nameOrRole, CancellationToken cancellationToken)
    {
        var entry = Find(bench.Rig, nameOrRole);
        return entry.Kind == DeviceKind.Host
            ? new HostVectorDevice(entry.Name)
            : new BoardVectorDevice(await bench.GetBoardAsync(entry.Name, cancellationToken).ConfigureAwait(false), NextCommand(bench.Rig, entry));
    }

    private static string NextCommand(RigFile rig, DeviceEntry entry) => entry.Driver == BoardDriver.Tty
        ? $"make -C rigs/firmware, then flash {entry.Name} with {(entry.TestElf is { } elf ? ShellWord.Quote(elf) : "rigs/firmware/build/stm32f405-test.elf")} (rig-setup.md)"
        : $"${{EDITOR:-nano}} {ShellWord.Quote(rig.Path)} and give {entry.Name} a test_elf";
}
