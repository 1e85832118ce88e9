using System.Text.Json;
using Harness.Bench.Measuring;
using Harness.Cli.Commands.Doctor;
using Harness.Cli.Plugins;

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
        var command = new Command("doctor",
            """
            Checks every component of a rig at once: SDK, programs, firmware images, each board's line, who holds it and since when, each
            board's answer, sensors, broker port, disk. What one lacks never hides another; each comes with the line to type.

            Exit status: 0 the rig can run; 2 the rig file is not one; 3 something is broken.

            Examples:
              ./harness doctor
              ./harness doctor --rig rigs/pi-bench.yaml
              ./harness doctor --json
              ./harness doctor --calibrate --device board
            """) { rig, json, calibrate, device, plugin };
        command.Validators.Add(result =>
        {
            if (result.GetValue(device) is not null && !result.GetValue(calibrate))
            {
                result.AddError("--device goes with --calibrate; without it every component is looked at");
            }
        });
        command.SetAction((parsed, stop) => Task.Run(
            () =>
            {
                var file = RigFile.Load(ProductPaths.Resolve(parsed.GetValue(rig) ?? ProductPaths.DefaultRig), PluginOption.Paths(parsed, plugin));
                return parsed.GetValue(calibrate) ? CalibrationReport.RunAsync(file, parsed.GetValue(device), parsed.GetValue(json), stop) : RunAsync(file, parsed.GetValue(json), stop);
            },
            CancellationToken.None));
        return command;
    }

    private static async Task<int> RunAsync(RigFile rig, bool json, CancellationToken stop)
    {
        var findings = await ExamineAsync(rig, Environment.CurrentDirectory, stop);
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
        }

        return worst == Health.Broken ? ExitCodes.RigBroken : ExitCodes.Pass;
    }

    /// <summary>Gets all findings, in the order of the rig. Boards are asked in parallel.</summary>
    internal static async Task<IReadOnlyList<Finding>> ExamineAsync(RigFile rig, string records, CancellationToken stop)
    {
        var lines = rig.Devices.Values.Where(d => d.Driver == BoardDriver.Tty).ToDictionary(d => d.Name, d => DeviceChecks.Line(d).ToList());
        await using var bench = new TestBench(rig, new TestBenchOptions { Drivers = BuiltDrivers.For(rig) });
        var sdk = ProductPaths.IsRelease
            ? Task.FromResult(MachineChecks.Release(File.ReadLines(Path.Combine(ProductPaths.Root, ProductPaths.ReleaseMark))))
            : MachineChecks.SdkAsync(stop);

        // For a missing or held line that finding is enough; asking the board would only wait for the boot time. A device of kind external logs in by
        // itself when a scenario starts it, so it cannot be asked.
        var answers = rig.Devices.Values
            .Where(d => d.Kind != DeviceKind.External && (!lines.TryGetValue(d.Name, out var line) || line.TrueForAll(f => f.Health != Health.Broken)))
            .ToDictionary(d => d.Name, d => DeviceChecks.AnswerAsync(bench, d.Name, stop));
        var findings = new List<Finding> { await sdk };
        findings.AddRange(MachineChecks.Machine(rig, HostConditions.IsVirtual));
        findings.AddRange(MachineChecks.Programs(rig));
        findings.AddRange(DeviceChecks.Images(rig));
        foreach (var device in rig.Devices.Values)
        {
            findings.AddRange(lines.GetValueOrDefault(device.Name) ?? []);
            if (answers.TryGetValue(device.Name, out var answer))
            {
                findings.Add(await answer);
            }
        }

        findings.AddRange(rig.Sensors.Values.Select(sensor => DeviceChecks.Sensor(bench, sensor)));
        findings.Add(MachineChecks.BrokerPort(rig));
        findings.Add(MachineChecks.Disk(records));
        return findings;
    }

    private static string Render(IReadOnlyList<Finding> findings)
    {
        findings = [.. findings.Select(f => f with { Component = ForeignText.Name(f.Component), Seen = ForeignText.Line(f.Seen) })];
        var width = findings.Max(f => f.Component.Length);
        return string.Join(Environment.NewLine, findings.Select(f =>
            $"{Word(f.Health),-7}  {f.Component.PadRight(width)}  {f.Seen}{(f.Fix is null ? "" : $"{Environment.NewLine}{new string(' ', width + 11)}fix: {f.Fix}")}"));
    }

    private static string Word(Health health) => health switch { Health.Ok => "ok", Health.Warning => "warning", _ => "BROKEN" };
}
