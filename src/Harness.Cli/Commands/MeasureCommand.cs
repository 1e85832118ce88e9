namespace Harness.Cli.Commands;

/// <summary><c>harness measure</c>: measures the durations of one operation on a device by every clock, with the conditions that limit their accuracy.</summary>
internal static class MeasureCommand
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create()
    {
        var common = new MeasureOptions();
        var list = new Option<bool>("--list") { Description = "what the device can do" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var csv = new Option<bool>("--csv") { Description = "every sample on stdout" };
        var record = new RecordOptions(", samples and result");
        var energy = new Option<bool>("--energy") { Description = "charge and energy of the operation, by the meter in the board's supply (supply: at the device)" };
        var command = new Command("measure",
            """
            Measures one operation of a device: calibrates the rig, warms up, takes samples by the device's clock, its trigger line and the
            host, and ends in a table and a histogram. Samples are kept beside the record, warm-up apart; report renders it again. Cycles and instructions of emulators are exact
            and are called what they are; the host's time for an emulated board says nothing about a real one.

            With --energy an INA219 or INA260 in the board's supply is read without a pause, and its current summed between the two edges of the trigger:
            charge and energy of an operation with interval, floor and the idle board's part. On a model or in a virtual machine it says so.

            Exit status: 0 measured; 2 usage or rig file; 3 the rig broke, or its clocks disagree; 4 the device has no such operation;
            130 aborted.

            Examples:
              ./harness measure --list --device board
              ./harness measure seal --device board
              ./harness measure modexp --device host --samples 2000 --json
              ./harness measure publish-receive --device board --samples 200
              ./harness measure seal --device board --energy --samples 50
            """) { list, json, csv, energy };
        common.AddTo(command);
        record.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(common.Operation) is not { Tokens.Count: > 0 } && !result.GetValue(list))
            {
                result.AddError("which operation? next: ./harness measure --list --device DEVICE");
            }
            else if (result.GetValue(json) && result.GetValue(csv))
            {
                result.AddError("--json and --csv both want stdout: take one (the other is in the folder of samples)");
            }
            else if (result.GetValue(energy) && (result.GetValue(list) || result.GetValue(csv)))
            {
                result.AddError("--energy goes with neither --list nor --csv: every charge is in energy.csv beside the record");
            }
        });
        command.SetAction((parsed, stop) => Task.Run(
            async () =>
            {
                var (rig, options, device, request) = common.Read(parsed);
                if (parsed.GetValue(list) || request is null)
                {
                    await using var bench = new TestBench(rig, options);
                    return await ListAsync(bench, device.Name, parsed.GetValue(json), stop);
                }

                return await MeasuringRun.RunAsync(
                    rig, record.Read(parsed, parsed.GetValue(common.Rig)), MeasurementFolder.Command("measure", request) + (parsed.GetValue(energy) ? " --energy" : ""), parsed.GetValue(json) || parsed.GetValue(csv),
                    run => parsed.GetValue(energy)
                        ? MeasureEnergyAsync(run, rig, options, request, parsed.GetValue(json), stop)
                        : MeasureAsync(run, rig, options, request, parsed.GetValue(json), parsed.GetValue(csv), stop), stop);
            },
            CancellationToken.None));
        return command;
    }

    private static async Task<int> ListAsync(TestBench bench, string device, bool json, CancellationToken stop)
    {
        var entries = await OperationCatalog.ListAsync(bench, device, stop);
        var hasTrigger = bench.Device(device).Entry is { Trigger: not null } or { Edges: true };
        string[] Clocks(OperationEntry e) => [.. e.HasDeviceClock ? ["device"] : Array.Empty<string>(), .. e.HasTrigger && hasTrigger ? ["trigger"] : Array.Empty<string>(), "host"];
        Console.WriteLine(json
            ? JsonSerializer.Serialize(entries.Select(e => new { operation = e.Name, description = e.Description, unit = e.Unit, clocks = Clocks(e) }), Indented)
            : string.Join(Environment.NewLine, entries.Select(e => $"{e.Name,-20} {string.Join(' ', Clocks(e)),-20} {$"per {e.Unit}",-14} {e.Description}")));
        return ExitCodes.Pass;
    }

    private static async Task MeasureAsync(MeasuringRun run, RigFile rig, TestBenchOptions options, MeasureRequest request, bool json, bool csv, CancellationToken stop)
    {
        var id = MeasurementFolder.Command("measure", request);
        var (result, disagreement, samples, text) = await run.MeasureAsync(id, $"{request.Operation} of {request.Device}", async () =>
        {
            await using var bench = new TestBench(rig, options with { Sink = run });
            using var line = new MeasureLine(request.Operation, request.Device);
            var measured = await new MeasureRun(run.On(bench)).RunAsync(request, line.Show, stop);
            var (file, all) = MeasurementFolder.Write(run, measured, ProductPaths.Display(rig.Path));
            MeasurementFolder.Record(run, id, measured);
            var apart = MeasureReport.Agreements(measured).FirstOrDefault(a => a.Kind == Harness.Timing.Clocks.ClockAgreementKind.Disagree);
            return new Measured<(MeasureResult, Harness.Timing.Clocks.ClockAgreement?, string, string)>((measured, apart, file, all), apart is null ? Verdict.Pass : Verdict.RigError, apart is null ? null : new FailureDetail(
                "then", null, $"clocks of {request.Device}", "to agree within their floors", apart.Description, null, Calibrate(request)));
        });
        if (csv)
        {
            MeasureReport.Csv(result, Console.Out);
        }
        else
        {
            Console.WriteLine(json ? text : MeasureReport.Render(result, samples));
        }

        if (disagreement is not null)
        {
            await Console.Error.WriteLineAsync($"harness: {disagreement.Description}: the rig is broken, not the device slow; next: {Calibrate(request)}");
        }
    }

    private static async Task MeasureEnergyAsync(MeasuringRun run, RigFile rig, TestBenchOptions options, MeasureRequest request, bool json, CancellationToken stop)
    {
        var id = $"{MeasurementFolder.Command("measure", request)} --energy";
        var (text, shown) = await run.MeasureAsync(id, $"energy of {request.Operation} of {request.Device}", async () =>
        {
            await using var bench = new TestBench(rig, options with { Sink = run });
            var measured = await new EnergyRun(run.On(bench)).RunAsync(request, null, stop);
            var file = ProductPaths.Display(run.Save(EnergyReport.Samples, output => EnergyReport.Csv(measured, output)));
            var result = EnergyReport.Json(measured, ProductPaths.Display(rig.Path), file);
            run.Save("result.json", output => output.WriteLine(result));
            foreach (var line in EnergyReport.Render(measured, file).Split('\n').Where(line => line.Length > 0))
            {
                run.Note(id, line);
            }

            return new Measured<(string, string)>((result, EnergyReport.Render(measured, file)), Verdict.Pass, null);
        });
        Console.WriteLine(json ? text : shown);
    }

    private static string Calibrate(MeasureRequest request) => $"./harness doctor --calibrate --device {ShellWord.Quote(request.Device)}";
}
