namespace Harness.Cli.Commands.Doctor;

/// <summary>Checks of GPIO chips and I2C buses that a rig names: labels, lines held by others, addresses that answer.</summary>
internal static class BusChecks
{
    /// <summary>Checks the GPIO chips: those of the rig, and what else there is where one of the rig is missing.</summary>
    public static IEnumerable<Finding> Chips(RigFile rig, IReadOnlyList<GpioChip> present)
    {
        foreach (var path in rig.Gpio.Values.Select(g => g.Chip).Distinct())
        {
            var node = Path.Exists(path) ? new FileInfo(path).ResolveLinkTarget(true)?.FullName ?? path : path;
            var chip = present.FirstOrDefault(c => c.Path == node);
            var component = $"gpio {path}";
            if (chip is null)
            {
                var others = present.Count == 0 ? "this machine has no GPIO chip" : $"there are {string.Join(", ", present.Select(c => $"{c.Path} ({c.Label}, {c.Lines} lines)"))}";
                yield return Finding.Broken(component, $"not there; {others}", "ls -l /dev/gpiochip*");
                continue;
            }

            if (chip.Error is { } error)
            {
                yield return Finding.Broken(component, $"cannot be opened: {error}", "sudo usermod -aG gpio $USER");
                continue;
            }

            var lines = rig.Gpio.Values.Where(g => g.Chip == path).ToList();
            var held = lines.Join(chip.Held, g => g.Line, h => h.Line, (g, h) => $"line {g.Line} ({g.Name}) is held by \"{h.Consumer}\"").ToList();
            var beyond = lines.Where(g => g.Line >= chip.Lines).Select(g => $"line {g.Line} ({g.Name}) is beyond its {chip.Lines} lines").ToList();
            yield return held.Count + beyond.Count > 0
                ? Finding.Broken(component, $"{chip.Label}: {string.Join(", ", held.Concat(beyond))}", $"gpioinfo {Path.GetFileName(chip.Path)}")
                : Finding.Ok(component, $"{chip.Label}, {chip.Lines} lines; those of the rig are free");
        }
    }

    /// <summary>Checks the I2C buses: which addresses answer, the chips that have them, and which of the rig are missing.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="scan">Scans a bus.</param>
    public static IEnumerable<Finding> Buses(RigFile rig, Func<string, IReadOnlyList<I2cAddress>> scan)
    {
        foreach (var bus in rig.Sensors.Values.Where(s => s is { IsModel: false, Bus: not null }).GroupBy(s => s.Bus!))
        {
            yield return Bus(bus.Key, [.. bus], scan);
        }
    }

    private static Finding Bus(string bus, IReadOnlyList<SensorEntry> sensors, Func<string, IReadOnlyList<I2cAddress>> scan)
    {
        var component = $"i2c {bus}";
        try
        {
            var present = scan(bus);
            var seen = present.Count == 0 ? "no address answers" : "answering: " + string.Join(", ", present.Select(Describe));
            var missing = sensors.Where(s => present.All(a => a.Address != s.Address)).Select(s => $"0x{s.Address:x2} of {s.Name}").ToList();
            return missing.Count == 0
                ? Finding.Ok(component, seen)
                : Finding.Broken(component, $"{seen}; {string.Join(", ", missing)} does not", $"i2cdetect -y {Path.GetFileName(bus).Replace("i2c-", "", StringComparison.Ordinal)}");
        }
        catch (HardwareException e)
        {
            return Finding.Broken(component, e.Message, e.NextCommand);
        }
    }

    private static string Describe(I2cAddress address) =>
        $"0x{address.Address:x2}{(address.IsKernels ? " (held by a kernel driver)" : address.Likely.Count == 0 ? "" : $" ({string.Join(" or ", address.Likely)})")}";
}
