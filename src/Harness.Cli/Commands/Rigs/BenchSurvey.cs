namespace Harness.Cli.Commands.Rigs;

/// <summary>The devices on this machine's bench, as far as it can be seen without asking any board.</summary>
/// <param name="Adapters">Serial adapters by their names below <c>/dev/serial/by-id</c>.</param>
/// <param name="I2c">Addresses that answer, by bus.</param>
/// <param name="OneWire">1-wire thermometers, by the names of their folders.</param>
/// <param name="Chips">GPIO chips.</param>
public sealed record BenchSurvey(
    IReadOnlyList<string> Adapters, IReadOnlyList<(string Bus, I2cAddress Address)> I2c, IReadOnlyList<string> OneWire, IReadOnlyList<GpioChip> Chips)
{
    /// <summary>A bench on which nothing was found.</summary>
    public static BenchSurvey Empty { get; } = new([], [], [], []);

    /// <summary>Looks at this machine. An I2C bus that cannot be opened or is held counts as empty: doctor tells why, once a rig names it.</summary>
    public static BenchSurvey Take()
    {
        var buses = Directory.Exists("/dev") ? Directory.EnumerateFileSystemEntries("/dev", "i2c-*").Order(StringComparer.Ordinal).ToList() : [];
        return new(
            RigTemplate.Adapters(), [.. buses.SelectMany(bus => Scan(bus).Where(a => !a.IsKernels).Select(address => (bus, address)))],
            Directory.Exists("/sys/bus/w1/devices") ? [.. Directory.EnumerateFileSystemEntries("/sys/bus/w1/devices", "28-*").Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)] : [],
            GpioChips.List());
    }

    private static IReadOnlyList<I2cAddress> Scan(string bus)
    {
        try
        {
            return I2cScan.Of(bus);
        }
        catch (HardwareException)
        {
            return [];
        }
    }
}
