using Harness.Cli.Commands;

namespace Harness.Cli.Features;

/// <summary>The end of a run of features: exit code, record, and the writer for its summary.</summary>
/// <param name="ExitCode">Exit code of the process, from the scenarios' verdicts.</param>
/// <param name="Record">Full path of <c>run.jsonl</c>.</param>
/// <param name="Progress">The writer of progress: stdout, or stderr if stdout is one JSON object.</param>
/// <param name="IsTerminal">True if progress was written to a terminal.</param>
internal sealed record FeatureRunEnd(int ExitCode, string Record, TextWriter Progress, bool IsTerminal)
{
    /// <summary>The result, read back from the record, from which all output derives.</summary>
    public RunResult Result => RunResult.Load(Record);

    /// <summary>The result without its record's path, for a summary below which the path is printed separately.</summary>
    public RunResult WithoutPath => RunResult.From(RecordReader.Read(Record));

    /// <summary>True if the output has colours.</summary>
    public bool HasColor => IsTerminal && StandardStreams.WantsColor;

    /// <summary>Columns of the output.</summary>
    public int Width => IsTerminal ? LiveConsole.TerminalWidth() : ConsoleSummary.DefaultWidth;
}

/// <summary>One run of scenarios on a rig, with its record, progress and reports; shared by <c>run</c> and <c>claims</c>.</summary>
/// <param name="rig">The rig.</param>
/// <param name="rigPath">Path of the rig file.</param>
/// <param name="drivers">The drivers that the rig may name.</param>
internal sealed class FeatureRun(RigFile rig, string rigPath, BenchDrivers drivers)
{
    /// <summary>Path that the features were read from, for the record.</summary>
    public required string Subject { get; init; }

    /// <summary>The files and folders of features as typed; null if none was.</summary>
    public IReadOnlyList<string>? FeaturePaths { get; init; }

    /// <summary>The filter as typed; null for none.</summary>
    public string? Filter { get; init; }

    /// <summary>The record as it was asked for.</summary>
    public required RecordRequest Request { get; init; }

    /// <summary>True if stdout is one JSON object.</summary>
    public bool Json { get; init; }

    /// <summary>True for a line a scenario on a terminal too.</summary>
    public bool Verbose { get; init; }

    /// <summary>Time limit of one scenario.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>The longest wait for the rig's boards before the first scenario if others hold them; zero takes each board at its first use.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>The largest number of scenarios at once; null takes it from devices and cores.</summary>
    public int? Parallel { get; init; }

    /// <summary>The devices' roles in attacks.</summary>
    public RoleAssignment Cast { get; init; } = new();

    /// <summary>Events to write at the start of the record, before any scenario.</summary>
    public IReadOnlyList<RunEvent> Preface { get; init; } = [];

    /// <summary>Runs scenarios and writes the reports beside the record.</summary>
    /// <exception cref="FeatureFileException">A step is undefined, or names an unknown device; nothing ran.</exception>
    /// <exception cref="RigErrorException">The record or a report could not be written, on a full disk for example.</exception>
    public async Task<FeatureRunEnd> RunAsync(IReadOnlyList<ScenarioPlan> plans, IReadOnlyList<DeselectedScenario> leftOut, CancellationToken stop)
    {
        if (UndefinedSteps.Find(plans, KnownDevices.Of(rig)) is { Count: > 0 } undefined)
        {
            throw new FeatureFileException(string.Join('\n', undefined));
        }

        var progress = Json ? StandardStreams.Error : StandardStreams.Out;
        var lanes = Math.Min(LanesOf(), Math.Max(1, plans.Count));
        var isTerminal = Json ? !Console.IsErrorRedirected : !Console.IsOutputRedirected;
        var expected = new Lazy<IReadOnlyDictionary<string, double>>(() => HistoryDurations.Of(rig.Name, plans.Select(plan => plan.Id)));
        using var live = View(progress, isTerminal && !StandardStreams.IsDumb && !StandardStreams.IsCi, expected);
        using var run = RecordedRun.Open(Request, () => expected.Value, progress, [(IRunSink)live]);
        var finished = await RecordedRun.GuardAsync(async () =>
        {
            run.Begin(rig, rigPath, Subject, plans.Count, started => started with
            {
                FeaturePaths = FeaturePaths, Filter = Filter, Parallel = lanes > 1 ? lanes : null, Deselected = [.. leftOut.Select(l => new Deselected(l.Scenario.Id, l.Scenario.Name, l.Reason))],
            });
            foreach (var stated in Preface)
            {
                run.Write(stated);
            }

            var counts = await run.ConcludingAsync(
                async () =>
                {
                    await using var environment = new RunEnvironment(rig, run, run.Folder, stop, drivers, WaitOption.Apply(new TestBenchOptions { Program = PowerCommand.Program }, Wait)) { Cast = Cast };
                    await ReserveAsync(environment.Bench, stop);
                    return new FeatureRunner(environment, run, Limit, lanes).Run(plans);
                },
                () => run.End(default, stopped: true));
            return run.End(counts, stop.IsCancellationRequested);
        });
        return new FeatureRunEnd(finished.ExitCode, run.Record, progress, isTerminal);
    }

    private int LanesOf()
    {
        if (Parallel > 1 && Lanes.Forced(rig) is { } reason)
        {
            Console.Error.WriteLine($"harness: one scenario at a time on rig {ForeignText.Name(rig.Name)}: {reason}");
            return 1;
        }

        return Parallel ?? Lanes.Default(rig, Environment.ProcessorCount);
    }

    private IDisposable View(TextWriter progress, bool updating, Lazy<IReadOnlyDictionary<string, double>> expected) => updating && !Verbose
        ? new CalmConsole(progress, StandardStreams.WantsColor, LiveConsole.TerminalWidth, expected.Value, TimeProvider.System)
        : new LiveConsole(progress, updating, TimeProvider.System);

    /// <summary>Takes the boards before a scenario's own time runs, where somebody is ready to wait for them.</summary>
    private async Task ReserveAsync(TestBench bench, CancellationToken stop)
    {
        try
        {
            if (Wait > TimeSpan.Zero)
            {
                await bench.ReserveAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // No further scenario begins, and the run ends as aborted.
        }
    }
}
