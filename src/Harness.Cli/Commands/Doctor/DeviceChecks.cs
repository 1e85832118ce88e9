using Harness.Hardware.Links;

namespace Harness.Cli.Commands.Doctor;

/// <summary>Checks of devices, sensors and lines of a rig, each on its own, so that one fault never hides another.</summary>
internal static class DeviceChecks
{
    /// <summary>Checks the firmware images that devices name, each once. A real board runs its flashed firmware; a test image is for known answers only.</summary>
    public static IEnumerable<Finding> Images(RigFile rig) => rig.Devices.Values
        .SelectMany(d => new (string? Path, string What, string Device, Health IfMissing)[]
        {
            (d.Elf, "image", d.Name, d.Driver == BoardDriver.Tty ? Health.Warning : Health.Broken), (d.TestElf, "test image", d.Name, Health.Warning),
        })
        .Where(image => image.Path is not null)
        .GroupBy(image => (image.Path, image.What))
        .Select(same => Image($"{same.Key.What} of {string.Join(", ", same.Select(image => image.Device))}", same.Key.Path!, same.Max(image => image.IfMissing)));

    /// <summary>Checks the serial line of a real board: node, holder and since when, latency.</summary>
    public static IEnumerable<Finding> Line(DeviceEntry device, string? lockFolder = null)
    {
        var port = device.Port!;
        var component = $"line of {device.Name}";
        if (!Path.Exists(port))
        {
            var present = Rigs.RigTemplate.Adapters();
            yield return Finding.Broken(
                component, $"{port} is not there; {(present.Count == 0 ? "no serial adapter is plugged in" : "plugged in: " + string.Join(", ", present))}",
                $"ls -l {Rigs.RigTemplate.AdapterFolder}");
            yield break;
        }

        if (Holder(device, lockFolder) is { } held)
        {
            yield return Finding.Broken(component, $"{port} is held by {held}", "end that program, or wait for that run");
        }
        else if (FtdiLatency.Hint(port) is { } hint)
        {
            yield return Finding.Warning(component, $"{port}: the FTDI adapter waits {FtdiLatency.Milliseconds(port)} ms before it hands a reply over", hint) with { Repairs = [new Repair(FtdiLatency.File(port), "1")] };
        }
        else
        {
            yield return Finding.Ok(component, $"{port} is free");
        }
    }

    /// <summary>Checks that a device comes up and answers.</summary>
    public static async Task<Finding> AnswerAsync(TestBench bench, string name, CancellationToken stop)
    {
        var watch = Stopwatch.StartNew();
        try
        {
            var party = await bench.GetPartyAsync(name, stop);
            var took = string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0.0} s");
            return Finding.Ok($"device {name}", party is SerialParty { Info: var info }
                ? $"answers in {took}: {info.Board}, build {info.Build}, {string.Join(' ', info.Groups)}{(info.IsTest ? ", test build" : "")}"
                : $"in this process, {string.Join(' ', party.Capabilities.Groups)}");
        }
        catch (VerdictException e)
        {
            return Finding.Broken($"device {name}", $"expected {e.Expected}, saw {e.Seen}", e.NextCommand);
        }
    }

    /// <summary>Checks that a sensor can be read. A register model always can, which says nothing about a real sensor.</summary>
    public static Finding Sensor(TestBench bench, SensorEntry sensor)
    {
        var component = $"sensor {sensor.Name}";
        try
        {
            if (sensor.HasQuantities)
            {
                var reading = bench.Sensors.Read(sensor.Name);
                return reading.IsUsable
                    ? Finding.Ok(component, $"{sensor.Driver}: {reading}")
                    : Finding.Broken(component, reading.ToString(), reading.NextCommand);
            }

            return Finding.Ok(component, $"{sensor.Driver}: reads {(bench.Sensors.DigitalInput(sensor.Name).Read() ? 1 : 0)}");
        }
        catch (VerdictException e)
        {
            return Finding.Broken(component, $"expected {e.Expected}, saw {e.Seen}", e.NextCommand);
        }
        catch (HardwareException e)
        {
            return Finding.Broken(component, e.Message, e.NextCommand);
        }
    }

    // The lock file names the run and its start; /proc finds other programs such as a terminal.
    private static string? Holder(DeviceEntry device, string? lockFolder)
    {
        try
        {
            using var free = DeviceLock.Take(device.Name, device.Port!, lockFolder);
        }
        catch (DeviceHeldException e)
        {
            return e.Holder;
        }
        catch (IOException)
        {
            // No lock file can be made; the check of the device's answer reports that.
        }

        var others = DeviceHolders.Find(device.Port!).Where(h => h.ProcessId != Environment.ProcessId && !DeviceHolders.IsBehind(h, device.Port!)).Select(h => $"{h}{Since(h.ProcessId)}").ToList();
        return others.Count == 0 ? null : string.Join(", ", others);
    }

    private static string Since(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return $" since {process.StartTime.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}";
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return ""; // the process ended meanwhile
        }
    }

    private static Finding Image(string component, string path, Health ifMissing)
    {
        var make = $"make -C {ShellWord.Quote(ProductPaths.Display(Path.Combine(ProductPaths.Root, "rigs", "firmware")))}";
        try
        {
            if (!File.Exists(path))
            {
                return new Finding(component, ifMissing, $"{ProductPaths.Display(path)} is not built", make);
            }

            using var file = File.OpenRead(path);
            Span<byte> magic = stackalloc byte[4];
            return file.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4 && magic.SequenceEqual("\u007fELF"u8)
                ? Finding.Ok(component, $"{ProductPaths.Display(path)}, {file.Length >> 10} KiB")
                : new Finding(component, ifMissing, $"{ProductPaths.Display(path)} is no ELF image", make);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Finding(component, ifMissing, $"{ProductPaths.Display(path)} cannot be read: {e.Message}", $"ls -l {ShellWord.Quote(path)}");
        }
    }
}
