namespace Harness.Cli.Commands.Doctor;

/// <summary>
/// <c>doctor --calibrate</c>: measures and prints the overhead that the rig adds to each device's numbers. A fault of one device does not stop the
/// others.
/// </summary>
internal static class CalibrationReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Calibrates one device, or all devices except external ones.</summary>
    public static async Task<int> RunAsync(RigFile rig, string? typed, bool json, CancellationToken stop)
    {
        IReadOnlyList<string> names = typed is null
            ? [.. rig.Devices.Values.Where(d => d.Kind != DeviceKind.External).Select(d => d.Name)] : [DeviceArgument.Find(rig, typed).Name];
        await using var bench = new TestBench(rig, new TestBenchOptions { Drivers = BuiltDrivers.For(rig) });
        var exit = ExitCodes.Pass;
        var rows = new List<object>();
        foreach (var name in names)
        {
            try
            {
                var calibration = await CalibrateAsync(bench, name, stop);
                rows.Add(Row(calibration));
                Say(json, $"{name}:{Environment.NewLine}  {calibration.Render().ReplaceLineEndings(Environment.NewLine + "  ")}");
            }
            catch (RigErrorException e)
            {
                exit = ExitCodes.RigBroken;
                rows.Add(new { device = name, broken = e.Message, next = e.NextCommand });
                Say(json, $"{name}:{Environment.NewLine}  BROKEN  {e.Message}{(e.NextCommand is null ? "" : $"{Environment.NewLine}  next: {e.NextCommand}")}");
            }
        }

        IReadOnlyList<string> host = [.. HostConditions.Machine(), .. HostConditions.Governor(), await HostConditions.ThrottlingAsync(stop)];
        Say(json, $"this machine:{Environment.NewLine}  {string.Join(Environment.NewLine + "  ", host)}");
        if (json)
        {
            Console.WriteLine(JsonSerializer.Serialize(new { rig = ProductPaths.Display(rig.Path), devices = rows, host }, Indented));
        }

        return exit;
    }

    private static async Task<Calibration> CalibrateAsync(TestBench bench, string name, CancellationToken stop)
    {
        _ = await bench.GetPartyAsync(name, stop);
        var edges = TriggerLines.Open(bench, bench.Device(name));
        try
        {
            return await new Calibrator(bench).RunAsync(name, edges, stop);
        }
        finally
        {
            if (edges is not null)
            {
                await edges.DisposeAsync();
            }
        }
    }

    private static object Row(Calibration calibration) => new
    {
        device = calibration.Device,
        parts = calibration.Parts.Select(p => new { name = p.Name, clock = p.Clock?.Word(), unit = p.Unit.Symbol(), n = p.Summary?.N, p50 = p.Summary?.P50, p99 = p.Summary?.P99, max = p.Summary?.Max, words = p.Description }),
        floors = calibration.Floors.Select(f => new { clock = f.Clock.Word(), value = f.Value, unit = f.Unit.Symbol(), from = f.From }),
        hertz = calibration.Rate?.Hertz, drift_ppm = calibration.Rate is { DriftPpm: var d } && double.IsFinite(d) ? d : (double?)null,
    };

    private static void Say(bool json, string text)
    {
        if (!json)
        {
            Console.WriteLine(text);
        }
    }
}
