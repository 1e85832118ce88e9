namespace Harness.Cli.Recording;

/// <summary>The outcome of one measurement.</summary>
/// <param name="Value">The measurement.</param>
/// <param name="Verdict">Its verdict.</param>
/// <param name="Failure">The reason where it did not pass.</param>
internal sealed record Measured<T>(T Value, Verdict Verdict, FailureDetail? Failure);

/// <summary>A run of a command that measures: the record of a run of features, with a measurement in the place of a scenario.</summary>
internal sealed class MeasuringRun : IRunSink
{
    private readonly RecordedRun _run;
    private readonly string _command;
    private readonly CancellationToken _stop;
    private VerdictCounts _counts;
    private int _begun;
    private TestBench? _bench;

    private MeasuringRun(RecordedRun run, string command, CancellationToken stop) => (_run, _command, _stop) = (run, command, stop);

    /// <summary>The run's folder: files of samples go there.</summary>
    public string Folder => _run.Folder;

    /// <summary>Records a command.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="request">The record as it was asked for.</param>
    /// <param name="command">The command with what it measures: <c>measure seal --device m4</c>.</param>
    /// <param name="json">True where stdout is kept for one JSON object, or a table.</param>
    /// <param name="measure">Measures.</param>
    /// <param name="stop">Stops the run.</param>
    /// <returns>The exit status of its verdict.</returns>
    /// <exception cref="RigErrorException">The record could not be written to its end, or a measurement broke the rig.</exception>
    public static Task<int> RunAsync(RigFile rig, RecordRequest request, string command, bool json, Func<MeasuringRun, Task> measure, CancellationToken stop) =>
        RunAsync(run => run.Begin(rig, rig.Path, $"./harness {command}", selected: 1), request, command, json, measure, stop);

    /// <summary>Records a command that needs no rig.</summary>
    /// <param name="begin">Writes the record's first event.</param>
    /// <param name="request">The record as it was asked for.</param>
    /// <param name="command">The command with what it measures.</param>
    /// <param name="json">True where stdout is kept for one JSON object, or a table.</param>
    /// <param name="measure">Measures.</param>
    /// <param name="stop">Stops the run.</param>
    /// <inheritdoc cref="RunAsync(RigFile, RecordRequest, string, bool, Func{MeasuringRun, Task}, CancellationToken)" path="/returns|/exception"/>
    public static async Task<int> RunAsync(Action<RecordedRun> begin, RecordRequest request, string command, bool json, Func<MeasuringRun, Task> measure, CancellationToken stop)
    {
        using var run = RecordedRun.Open(request, null, json ? StandardStreams.Error : StandardStreams.Out, []);
        return await RecordedRun.GuardAsync(async () =>
        {
            var measuring = new MeasuringRun(run, command, stop);
            begin(run);
            try
            {
                await measure(measuring);
            }
            catch (Exception e) when (e is not RecordException)
            {
                // The error is told by whoever runs commands; the record tells it too, and stands.
                if (measuring._begun == 0 && !stop.IsCancellationRequested)
                {
                    run.EndBroken();
                }
                else
                {
                    measuring.End();
                }

                WriteRecordPath(StandardStreams.Error, run);
                throw;
            }

            var finished = measuring.End();
            foreach (var part in measuring.Parts)
            {
                (json ? StandardStreams.Error : StandardStreams.Out).WriteLine($"plugin {part.Plugin} took part: {part.Part}");
            }

            WriteRecordPath(json ? StandardStreams.Error : StandardStreams.Out, run);
            return finished.ExitCode;
        });
    }

    /// <summary>Records one measurement from its begin to its verdict; what it throws becomes its verdict and is thrown again.</summary>
    /// <param name="id">Its id in the record: the command that repeats it.</param>
    /// <param name="name">Its name for people.</param>
    /// <param name="measure">Measures.</param>
    public async Task<T> MeasureAsync<T>(string id, string name, Func<Task<Measured<T>>> measure)
    {
        _run.Write(new ScenarioStarted { Id = id, Feature = _command.Split(' ')[0], Name = name, Index = ++_begun, Of = Math.Max(1, _begun) });
        var watch = Stopwatch.StartNew();
        try
        {
            var measured = await measure();
            Finish(id, name, measured.Verdict, measured.Failure, watch);
            return measured.Value;
        }
        catch (Exception e) when (e is not RecordException)
        {
            var (verdict, failure) = e is BaselineException
                ? (Verdict.Unjudgeable, new FailureDetail("setup", null, "baseline", "one of this rig and this measurement", e.Message, null, null))
                : ScenarioVerdict.Of(e, "when", null, _stop, null);
            Finish(id, name, verdict, failure, watch);
            throw;
        }
    }

    /// <summary>Takes note of the bench that a measurement runs on: plugins that take part there mark its verdict.</summary>
    public TestBench On(TestBench bench) => _bench = bench;

    /// <summary>Writes the numbers of a series with their bootstrap intervals and the floor; its samples stand in a file beside the record.</summary>
    /// <param name="id">The measurement it belongs to.</param>
    /// <param name="series">The series.</param>
    /// <param name="file">The file that holds its samples.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <param name="baseline">The median that it is held against, in its unit; null for none.</param>
    public void Summarize(string id, TimingSeries series, string file, ulong seed, double? baseline)
    {
        if (series.Values.Count == 0)
        {
            return;
        }

        var statistics = SeriesStatistics.Of([.. series.Values], series.Provenance, seed);
        var floor = series.Floor is { } noise && new Quantity(noise.Value, noise.Unit).TryConvert(series.Unit, out var own) ? own.Value : (double?)null;
        _run.Write(SamplesSummarized.Of(Sample(id, series.Device, series.Operation, series.Unit, series.Clock, series.Provenance), series.Values, file) with
        {
            P50Interval = Ends(statistics.P50), P99Interval = series.Values.Count >= OrderStatistics.SamplesForP99 ? Ends(statistics.P99) : null, Floor = floor, Baseline = baseline,
        });
    }

    /// <summary>Writes the numbers of samples; the samples stand in a file beside the record.</summary>
    public void Summarize(
        string id, string device, string operation, Unit unit, ClockKind clock, Provenance provenance, IReadOnlyList<double> values, string file)
    {
        if (values.Count > 0)
        {
            _run.Write(SamplesSummarized.Of(Sample(id, device, operation, unit, clock, provenance), values, file));
        }
    }

    /// <inheritdoc />
    public void Write(RunEvent e) => _run.Write(e);

    /// <inheritdoc cref="RecordedRun.Save"/>
    public string Save(string file, Action<TextWriter> write) => _run.Save(file, write);

    /// <summary>Writes a sentence for the reader of the record.</summary>
    /// <param name="id">The measurement it belongs to; null for none.</param>
    /// <param name="text">The sentence.</param>
    public void Note(string? id, string text) => _run.Write(new NoteTaken { Scenario = id, Text = text });

    private IReadOnlyCollection<PluginPart> Parts => _bench is null ? [] : Plugin.PartsOf(_bench.Used);

    private static void WriteRecordPath(TextWriter output, RecordedRun run) => output.WriteLine($"record: {ForeignText.Name(ProductPaths.Display(run.Record))}");

    private void Finish(string id, string name, Verdict verdict, FailureDetail? failure, Stopwatch watch)
    {
        _counts = _counts.Plus(verdict);
        var finished = new ScenarioFinished { Id = id, Name = name, Verdict = verdict, DurationMs = watch.Elapsed.TotalMilliseconds, Failure = failure };
        _run.Write(finished.With(Parts));
    }

    private static SampleTaken Sample(string id, string device, string operation, Unit unit, ClockKind clock, Provenance provenance) =>
        new() { Scenario = id, Device = device, Operation = operation, Value = 0, Unit = unit, Clock = clock, Provenance = provenance };

    private static double[]? Ends(Interval? interval) => interval is { } i ? [i.Low, i.High] : null;

    private RunFinished End() => _run.End(_counts, _stop.IsCancellationRequested);
}
