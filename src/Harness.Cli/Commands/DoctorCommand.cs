using Harness.Cli.Commands.Doctor;

namespace Harness.Cli.Commands;

/// <summary><c>harness doctor</c>: checks every component of a rig and prints the fix for each fault.</summary>
internal static class DoctorCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var calibrate = new Option<bool>("--calibrate") { Description = "measure what the rig adds to every number: empty operation, echo, pin loopback, frequency" };
        var device = new Option<string?>("--device") { Description = "calibrate this device or role alone" };
        var plugin = PluginOption.Create();
        var fix = new Option<bool>("--fix") { Description = "make the safe repairs (latency timers, governor), each after asking; --undo takes them back" };
        var power = new Option<bool>("--power") { Description = "also cut the power of each board that has a switch for a moment, and look whether it restarts" };
        var undo = new Option<bool>("--undo") { Description = "write back what the last --fix changed" };
        var command = new Command("doctor",
            """
            Checks every component of a rig at once: SDK, programs, firmware images, each board's line and its name, who holds it and since when, each
            board's answer, its firmware against the image, a pulse of its trigger (and the line that it comes on, where it is another), its power switch, GPIO
            chips and who holds their lines, I2C addresses that answer and their likely chips, sensors, broker port, disk; kernel, clock, throttling, wear of
            cards, and for real devices groups, governor, real-time limits and udev rules. What one lacks never hides another; each comes with the line to type.

            --fix changes settings of the running kernel alone, which a restart forgets too; packages, groups and files are for you to type.

            Exit status: 0 the rig can run; 2 the rig file is not one; 3 something is broken.

            Examples:
              ./harness doctor
              ./harness doctor --rig rigs/pi-bench.yaml
              ./harness doctor --json
              ./harness doctor --power --rig rigs/pi-bench.yaml
              ./harness doctor --fix --rig rigs/pi-bench.yaml
              ./harness doctor --undo
              ./harness doctor --calibrate --device board
            """) { rig, json, calibrate, device, fix, undo, power, plugin };
        command.Validators.Add(result =>
        {
            if (result.GetValue(device) is not null && !result.GetValue(calibrate))
            {
                result.AddError("--device goes with --calibrate; without it every component is looked at");
            }
            else if ((result.GetValue(fix) || result.GetValue(undo)) && (result.GetValue(calibrate) || result.GetValue(json)))
            {
                result.AddError("--fix and --undo go with neither --calibrate nor --json");
            }
            else if (result.GetValue(power) && (result.GetValue(calibrate) || result.GetValue(undo)))
            {
                result.AddError("--power goes with neither --calibrate nor --undo");
            }
            else if (result.GetValue(fix) && result.GetValue(undo))
            {
                result.AddError("--fix and --undo are opposites");
            }
        });
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                if (parsed.GetValue(undo))
                {
                    return Task.FromResult(Undo(new RepairLog()));
                }

                var file = RigFile.Load(ProductPaths.Resolve(parsed.GetValue(rig) ?? ProductPaths.DefaultRig), PluginOption.Paths(parsed, plugin));
                return parsed.GetValue(calibrate)
                    ? CalibrationReport.RunAsync(file, parsed.GetValue(device), parsed.GetValue(json), stop)
                    : RunAsync(file, parsed.GetValue(json), parsed.GetValue(fix), parsed.GetValue(power), stop);
            },
            CancellationToken.None));
        return command;
    }

    private static int Undo(RepairLog log)
    {
        if (!log.HasEntries)
        {
            Console.WriteLine("nothing to undo: no repair of ./harness doctor --fix is noted");
            return ExitCodes.Pass;
        }

        Console.WriteLine($"{log.Undo(RepairLog.WriteSetting, Console.WriteLine)} settings are as they were");
        return ExitCodes.Pass;
    }

    // A question that nobody can answer is a no.
    private static bool Ask(string question)
    {
        Console.Write($"{question} [y/N] ");
        return Console.ReadLine()?.Trim() is "y" or "Y" or "yes";
    }

    private static async Task<int> RunAsync(RigFile rig, bool json, bool fix, bool power, CancellationToken stop)
    {
        var findings = await ExamineAsync(rig, Environment.CurrentDirectory, power, stop);
        var worst = findings.Max(f => f.Health);
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new
                {
                    rig = ProductPaths.Display(rig.Path), health = Word(worst).ToLowerInvariant(),
                    findings = findings.Select(f => new { component = f.Component, health = Word(f.Health).ToLowerInvariant(), seen = f.Seen, fix = f.Fix }),
                },
                Indented));
        }
        else
        {
            Console.WriteLine(Render(findings));
            Console.WriteLine($"{ProductPaths.Display(rig.Path)}: {findings.Count(f => f.Health == Health.Ok)} ok, "
                + $"{findings.Count(f => f.Health == Health.Warning)} warnings, {findings.Count(f => f.Health == Health.Broken)} broken");
            if (fix)
            {
                var made = new RepairLog().Fix(findings, Ask, RepairLog.WriteSetting, Console.WriteLine);
                Console.WriteLine(made == 0 ? "nothing repaired" : $"{made} settings changed; ./harness doctor --undo takes them back");
            }
        }

        return worst == Health.Broken ? ExitCodes.RigBroken : ExitCodes.Pass;
    }

    /// <summary>Gets all findings, in the order of the rig. Boards are asked in parallel.</summary>
    internal static async Task<IReadOnlyList<Finding>> ExamineAsync(RigFile rig, string records, bool power, CancellationToken stop)
    {
        var lines = rig.Devices.Values.Where(d => d.Driver == BoardDriver.Tty).ToDictionary(d => d.Name, d => DeviceChecks.Line(d).ToList());
        await using var bench = new TestBench(rig, new TestBenchOptions { Drivers = BuiltDrivers.For(rig), Program = PowerCommand.Program });
        var sdk = ProductPaths.IsRelease
            ? Task.FromResult(MachineChecks.Release(File.ReadLines(Path.Combine(ProductPaths.Root, ProductPaths.ReleaseMark))))
            : MachineChecks.SdkAsync(stop);

        // For a missing or held line that finding is enough; asking the board would only wait for the boot time. A device of kind external logs in by
        // itself when a scenario starts it, so it cannot be asked.
        var answers = rig.Devices.Values
            .Where(d => d.Kind != DeviceKind.External && (!lines.TryGetValue(d.Name, out var line) || line.TrueForAll(f => f.Health != Health.Broken)))
            .ToDictionary(d => d.Name, d => DeviceChecks.AnswerAsync(bench, d.Name, stop));

        var chips = GpioChips.List(); // before this program takes lines itself

        // Each waits for its chip: at once, as the boards are asked at once.
        var sensors = rig.Sensors.Values.Select(sensor => Task.Run(() => DeviceChecks.Sensor(bench, sensor), stop)).ToList();
        var throttling = HostConditions.ThrottlingAsync(stop);
        var findings = new List<Finding> { await sdk };
        findings.AddRange(MachineChecks.Machine(rig, HostConditions.IsVirtual));
        findings.AddRange(new SystemChecks().All(rig, await throttling));
        findings.AddRange(MachineChecks.Programs(rig));
        findings.AddRange(DeviceChecks.Images(rig));
        foreach (var device in rig.Devices.Values)
        {
            findings.AddRange(lines.GetValueOrDefault(device.Name) ?? []);
            findings.AddRange(device.Port is { } port ? new SerialChecks().Name(device.Name, port) : []);
            if (answers.TryGetValue(device.Name, out var answer))
            {
                findings.Add(await answer);
                if (findings[^1].Health != Health.Broken && device.Driver == BoardDriver.Tty)
                {
                    findings.AddRange(await OfBoardAsync(bench, device, rig.Path, power, stop));
                }
            }
        }

        findings.AddRange(BusChecks.Chips(rig, chips));
        findings.AddRange(BusChecks.Buses(rig, I2cScan.Of));
        findings.AddRange(await Task.WhenAll(sensors));
        findings.AddRange(rig.Broker.Kind == "external" ? await BrokerChecks.ExternalAsync(rig, bench.Drivers.Broker(rig), stop) : [MachineChecks.BrokerPort(rig)]);
        findings.AddRange(BrokerChecks.Of(rig, bench.Drivers.BrokerDriver(rig)));
        findings.Add(MachineChecks.Disk(records));
        return findings;
    }

    private static async Task<IEnumerable<Finding>> OfBoardAsync(TestBench bench, DeviceEntry device, string rig, bool power, CancellationToken stop)
    {
        var board = await bench.GetBoardAsync(device.Name, stop);
        return new[]
        {
            BoardChecks.Firmware(device, board.Info.Build, rig), await BoardChecks.TriggerAsync(bench, device, stop),
            power ? await BoardChecks.PowerAsync(bench, device, stop) : BoardChecks.PowerSwitch(device, rig),
        }.OfType<Finding>();
    }

    internal static string Render(IReadOnlyList<Finding> findings)
    {
        findings = [.. findings.Select(f => f with { Component = ForeignText.Name(f.Component), Seen = ForeignText.Line(f.Seen) })];
        var width = findings.Max(f => f.Component.Length);
        return string.Join(Environment.NewLine, findings.Select(f =>
            $"{Word(f.Health),-7}  {f.Component.PadRight(width)}  {f.Seen}{(f.Fix is null ? "" : $"{Environment.NewLine}{new string(' ', width + 11)}fix: {f.Fix}")}"));
    }

    private static string Word(Health health) => health switch { Health.Ok => "ok", Health.Warning => "warning", _ => "BROKEN" };
}
