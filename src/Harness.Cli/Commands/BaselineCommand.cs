namespace Harness.Cli.Commands;

/// <summary><c>harness baseline</c>: stores the durations of an operation, and compares new ones with them.</summary>
internal static class BaselineCommand
{
    /// <summary>The folder of baselines, below the working folder.</summary>
    public const string Folder = "baselines";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Command Create() => new(
        "baseline",
        """
        Keeps the samples of an operation with the rig's fingerprint, and compares later ones with them.

        Examples:
          ./harness baseline set seal --device board
          ./harness baseline compare seal --device board --other-firmware
        """)
    {
        Set(), Compare(),
    };

    private static Command Set()
    {
        var common = new MeasureOptions();
        var clock = ClockOption();
        var file = FileOption();
        var record = new RecordOptions(" and the samples");
        var command = new Command("set",
            """
            Measures an operation and keeps its samples as the baseline.

            Exit status: 0 kept; 2 usage; 3 the rig broke; 4 the device has no such operation; 130 aborted.

            Examples:
              ./harness baseline set seal --device board
              ./harness baseline set modexp --device host --samples 2000
            """) { clock, file };
        common.AddTo(command);
        record.AddTo(command);
        RequireOperation(command, common);
        command.SetAction((parsed, stop) => Task.Run(
            async () =>
            {
                var (rig, bench, _, request) = common.Read(parsed);
                var id = MeasurementFolder.Command("baseline set", request!);
                return await MeasuringRun.RunAsync(
                    rig, record.Read(parsed, parsed.GetValue(common.Rig)), id, json: false,
                    async run =>
                    {
                        var words = await run.MeasureAsync(id, $"baseline of {request!.Operation} of {request.Device}", async () =>
                        {
                            var (result, series) = await MeasureAsync(run, id, MeasurementFolder.Samples, rig, bench, request, parsed.GetValue(clock), stop);
                            var path = parsed.GetValue(file) ?? Path.Combine(Folder, Baseline.FileName(series.Device, series.Operation, series.Clock));
                            Baseline.Of(series, result.Fingerprint, DateTimeOffset.UtcNow).Save(path);
                            var kept = $"{path}: {series.Values.Count} samples of {series.Operation} of {series.Device} by the {series.Clock.Word()} clock, "
                                + $"median {ReadableNumber.Format(OrderStatistics.Median([.. series.Values.Order()]), series.Unit)}";
                            run.Note(id, kept);
                            return new Measured<string>(kept, Verdict.Pass, null);
                        });
                        Console.WriteLine(words);
                    },
                    stop);
            },
            CancellationToken.None));
        return command;
    }

    private static Command Compare()
    {
        var common = new MeasureOptions();
        var clock = ClockOption();
        var file = FileOption();
        var record = new RecordOptions(" and the samples");
        var margin = new Option<double?>("--margin") { Description = "per cent of difference that counts as none [default: 10; 0.5 on counts that vary; exact counts have none]" };
        margin.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var m) && m is < 0 or > 1000)
            {
                result.AddError($"--margin is from 0 to 1000 per cent, saw {result.Tokens[0].Value}");
            }
        });
        var other = new Option<bool>("--other-firmware") { Description = "the firmware is what is compared: its hash may differ, nothing else" };
        var json = new Option<bool>("--json") { Description = "one JSON object on stdout" };
        var most = new Option<int>("--runs") { Description = "runs, with growing pauses, most of which must be slower, or faster, and none the same, before it is said", DefaultValueFactory = _ => 5 };
        most.Validators.Add(CommandHost.Between(1, 10));
        var command = new Command("compare",
            """
            Measures an operation again and holds it against its baseline. Complete exact counts are compared exactly; else the ratios of
            medians and of first deciles are tested with bootstrap intervals at 99.9 %, against a margin; the power is stated. In this
            process the machine's own speed, by a fixed piece of work beside every sample, is taken out of both first. A
            difference that is no exact count must show in most of five runs over half a minute, and in none be denied: slow code stays slow, a busy machine does not.

            Exit status: 0 unchanged or faster; 1 slower; 2 usage, no baseline, or one of another rig (the field is named);
            3 the rig broke; 4 undecided: more samples would decide; 130 aborted.

            Examples:
              ./harness baseline compare seal --device board
              ./harness baseline compare modexp --device host --samples 2000 --margin 5
            """) { clock, file, margin, other, json, most };
        common.AddTo(command);
        record.AddTo(command);
        RequireOperation(command, common);
        command.SetAction((parsed, stop) => Task.Run(
            async () =>
            {
                var (rig, bench, device, request) = common.Read(parsed);
                var path = parsed.GetValue(file) ?? PathOf(bench.Drivers.Operations, device.Name, request!.Operation, parsed.GetValue(clock));
                var kept = Baseline.Load(path);
                var baseline = kept with { Operation = bench.Drivers.Operations.NameOf(kept.Operation) };
                var id = MeasurementFolder.Command("baseline compare", request!);
                return await MeasuringRun.RunAsync(
                    rig, record.Read(parsed, parsed.GetValue(common.Rig)), id, parsed.GetValue(json),
                    async run =>
                    {
                        var (series, seen, runs) = await run.MeasureAsync(id, $"{request!.Operation} of {request.Device} against its baseline", async () =>
                        {
                            var taken = 0;
                            var confirmed = await ConfirmAsync(
                                async () =>
                                {
                                    var samples = ++taken == 1 ? MeasurementFolder.Samples : FormattableString.Invariant($"samples-{taken}.csv");
                                    var (result, now) = await MeasureAsync(run, id, samples, rig, bench, request, parsed.GetValue(clock), stop, baseline);
                                    return (now, BaselineComparison.Of(baseline, now, result.Fingerprint, parsed.GetValue(other), parsed.GetValue(margin) / 100, request.Seed));
                                },
                                parsed.GetValue(most), stop);
                            run.Note(id, confirmed.Seen.Description);
                            return Judged(confirmed, path);
                        });
                        Console.WriteLine(parsed.GetValue(json)
                            ? JsonSerializer.Serialize(
                                new
                                {
                                    operation = series.Operation, device = series.Device, clock = series.Clock.Word(), unit = series.Unit.Symbol(), provenance = series.Provenance.Word(),
                                    verdict = seen.Verdict.ToString().ToLowerInvariant(), ratio = seen.Ratio, interval = seen.Interval is { } i ? new[] { i.Low, i.High } : null,
                                    confidence = seen.Interval?.Confidence, margin = seen.Margin, detectable = seen.Detectable, exact = seen.IsExact, machine_speed = seen.Speed, words = seen.Description,
                                    n = series.Values.Count, baseline = new { file = path, n = baseline.Values.Count, taken = baseline.Taken }, seed = request!.Seed, runs,
                                },
                                Indented)
                            : $"{series.Operation} of {series.Device} by the {series.Clock.Word()} clock: {seen.Description}{(runs > 1 ? $"; run {runs} of at most {parsed.GetValue(most)}, as those before differed from the baseline" : "")}");
                    },
                    stop);
            },
            CancellationToken.None));
        return command;
    }

    /// <summary>
    /// Repeats the measurement while its result differs from the baseline: other load on a machine lasts for seconds and shifts whole runs, which no
    /// statistic of one run can see. Unchanged as soon as one run is; slower, or faster, if more than half of the runs are and the rest
    /// are undecided, which happens in one run of ten at a difference just large enough to find; otherwise undecided.
    /// </summary>
    private static async Task<(TimingSeries Series, BaselineComparison Seen, int Runs)> ConfirmAsync(
        Func<Task<(TimingSeries, BaselineComparison)>> measure, int most, CancellationToken stop)
    {
        var pause = TimeSpan.FromSeconds(2);
        var runs = new List<BaselineComparison>();
        while (true)
        {
            var (series, seen) = await measure();
            runs.Add(seen);
            if (seen.IsExact || seen.Verdict == BaselineVerdict.Unchanged || most == 1)
            {
                return (series, seen, runs.Count);
            }

            if (runs.Count == most)
            {
                return (series, BaselineComparison.OfRuns(runs), most);
            }

            await Task.Delay(pause, stop);
            pause *= 2;
        }
    }

    // A baseline that was kept under a name which the operation had before is still its baseline.
    private static string PathOf(DeclaredOperations operations, string device, string operation, ClockKind clock)
    {
        string Named(string name) => Path.Combine(Folder, Baseline.FileName(device, name, clock));
        return operations.FormerOf(operation) is { } former && !File.Exists(Named(operation)) && File.Exists(Named(former)) ? Named(former) : Named(operation);
    }

    private static Option<ClockKind> ClockOption() => new("--clock") { Description = "whose samples", DefaultValueFactory = _ => ClockKind.Device };

    private static Measured<(TimingSeries Series, BaselineComparison Seen, int Runs)> Judged((TimingSeries Series, BaselineComparison Seen, int Runs) confirmed, string path)
    {
        var verdict = confirmed.Seen.Verdict switch
        {
            BaselineVerdict.Slower => Verdict.Fail,
            BaselineVerdict.Undecided => Verdict.Inconclusive,
            _ => Verdict.Pass,
        };
        return new(confirmed, verdict, verdict == Verdict.Pass ? null : new FailureDetail(
            "then", null, $"{confirmed.Series.Operation} of {confirmed.Series.Device}", $"no slower than {path}", confirmed.Seen.Description, null, null));
    }

    private static Option<string?> FileOption() => new("--file") { Description = $"the baseline's file [default: {Folder}/DEVICE.OP.CLOCK.json]" };

    private static void RequireOperation(Command command, MeasureOptions common) => command.Validators.Add(result =>
    {
        if (result.GetResult(common.Operation) is not { Tokens.Count: > 0 })
        {
            result.AddError("which operation? next: ./harness measure --list --device DEVICE");
        }
    });

    private static async Task<(MeasureResult Result, TimingSeries Series)> MeasureAsync(
        MeasuringRun run, string id, string file, RigFile rig, TestBenchOptions options, MeasureRequest request, ClockKind clock, CancellationToken stop, Baseline? baseline = null)
    {
        await using var bench = new TestBench(rig, options with { Sink = run });
        using var line = new MeasureLine(request.Operation, request.Device);
        var result = await new MeasureRun(run.On(bench)).RunAsync(request, line.Show, stop);
        MeasurementFolder.WriteSamples(run, result, file);
        MeasurementFolder.Record(run, id, result, file, baseline);
        var series = result.SeriesOf(clock) ?? throw new InconclusiveException(
            $"{clock.Word()} clock of {request.Device}", $"samples of {request.Operation} by it", $"only {string.Join(", ", result.Series.Select(s => s.Clock.Word()))}",
            nextCommand: $"./harness measure --list --device {ShellWord.Quote(request.Device)}");
        return (result, series);
    }
}
