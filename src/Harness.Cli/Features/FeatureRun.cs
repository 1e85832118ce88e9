using System.Diagnostics;
using System.Reflection;
using Harness.Bench;
using Harness.Cli.Commands;
using Harness.Cli.Live;
using Harness.Cli.Plugins;
using Harness.Record;
using Harness.Reporting;
using Harness.Steps;

namespace Harness.Cli.Features;

/// <summary>How a run of features ended, and where its last words go.</summary>
/// <param name="ExitCode">What the process ends with, by its scenarios.</param>
/// <param name="Record">Full path of <c>run.jsonl</c>.</param>
/// <param name="Progress">Where progress went: stdout, or stderr beside one JSON object.</param>
/// <param name="IsTerminal">Whether progress went to a terminal.</param>
internal sealed record FeatureRunEnd(int ExitCode, string Record, TextWriter Progress, bool IsTerminal)
{
    /// <summary>The record, read back: what is printed derives from it alone.</summary>
    public RunResult Result => RunResult.Load(Record);

    /// <summary>The same for a summary below which the path is printed by itself.</summary>
    public RunResult WithoutPath => RunResult.From(RecordReader.Read(Record));

    /// <summary>Whether what is printed has colours.</summary>
    public bool HasColor => IsTerminal && StandardStreams.WantsColor;

    /// <summary>Columns of what is printed.</summary>
    public int Width => IsTerminal ? LiveConsole.TerminalWidth() : ConsoleSummary.DefaultWidth;
}

/// <summary>One run of scenarios on a rig, with its record, its progress and its reports; what <c>run</c> and <c>claims</c> share.</summary>
/// <param name="rig">The rig.</param>
/// <param name="rigPath">Its file.</param>
/// <param name="drivers">What its words for drivers mean.</param>
internal sealed class FeatureRun(RigFile rig, string rigPath, BenchDrivers drivers)
{
    /// <summary>Where the features were read from, for the record.</summary>
    public required string Subject { get; init; }

    /// <summary>The files and folders of features as typed; null where none was.</summary>
    public IReadOnlyList<string>? FeaturePaths { get; init; }

    /// <summary>The rig as typed, for the commands that a failure says to type next; null where none was.</summary>
    public string? RigTyped { get; init; }

    /// <summary>The filter as typed; null for none.</summary>
    public string? Filter { get; init; }

    /// <summary>The folder for the record as typed; null for one of its own.</summary>
    public string? Out { get; init; }

    /// <summary>Whether stdout is one JSON object.</summary>
    public bool Json { get; init; }

    /// <summary>How long one scenario may take.</summary>
    public required TimeSpan Limit { get; init; }

    /// <summary>The longest wait for the rig's boards before the first scenario, where others hold them; zero takes each at its first use.</summary>
    public TimeSpan Wait { get; init; }

    /// <summary>Who plays what where attacks run.</summary>
    public ClaimCast Cast { get; init; } = new();

    /// <summary>Events that stand at the beginning of the record, before any scenario.</summary>
    public IReadOnlyList<RunEvent> Preface { get; init; } = [];

    /// <summary>Runs scenarios; the reports beside the record are written when it returns.</summary>
    /// <exception cref="FeatureFileException">A step that no binding knows, or one that names no known device; nothing ran.</exception>
    /// <exception cref="RigErrorException">The record or a report could not be written any more, on a full disk for example.</exception>
    public async Task<FeatureRunEnd> RunAsync(IReadOnlyList<ScenarioPlan> plans, IReadOnlyList<LeftOut> leftOut, CancellationToken stop)
    {
        if (UndefinedSteps.Find(plans, KnownDevices.Of(rig)) is { Count: > 0 } undefined)
        {
            throw new FeatureFileException(string.Join('\n', undefined));
        }

        var folder = RunFolder.Create(Out);
        using var writer = RecordWriter.Create(folder);
        var progress = Json ? StandardStreams.Error : StandardStreams.Out;
        var isTerminal = Json ? !Console.IsErrorRedirected : !Console.IsOutputRedirected;
        using var live = new LiveConsole(progress, isTerminal && !StandardStreams.IsDumb, TimeProvider.System);
        var sink = new FanOut(RigTyped, writer, live);
        var watch = Stopwatch.StartNew();
        RunFinished finished;
        try
        {
            sink.Write(new RunStarted
            {
                RunId = Path.GetFileName(folder), HarnessVersion = Version, Rig = ProductPaths.Display(rigPath), RigName = rig.Name,
                Features = Subject, FeaturePaths = FeaturePaths, Filter = Filter, Selected = plans.Count,
                Deselected = [.. leftOut.Select(l => new Deselected(l.Scenario.Id, l.Scenario.Name, l.Reason))], Host = HostInfo.Current(),
                Plugins = rig.Plugins.Count == 0 ? null : [.. Plugin.Load(rig.Plugins).Select(p => p.Used)],
            });
            foreach (var stated in Preface)
            {
                sink.Write(stated);
            }

            VerdictCounts counts;
            await using (var environment = new RunEnvironment(rig, sink, folder, stop, drivers, WaitOption.Apply(new TestBenchOptions(), Wait)) { Cast = Cast })
            {
                await ReserveAsync(environment.Bench, sink, watch, stop);
                counts = new FeatureRunner(environment, sink, Limit).Run(plans);
            }

            finished = RunFinished.From(counts, watch.Elapsed.TotalMilliseconds);
            if (stop.IsCancellationRequested)
            {
                // Also when it was stopped between two scenarios: what never began did not pass.
                finished = finished with { Verdict = Verdict.Aborted, ExitCode = ExitCodes.Aborted };
            }

            sink.Write(finished);
            Reports.WriteBeside(folder);
        }
        catch (RecordException e)
        {
            // Nothing is judged that cannot be recorded: the run stops, its devices are made safe, and what was written before stands.
            throw new RigErrorException(
                "the record of this run", "room to be written to its end", $"{e.Path}: {e.What}; the run was stopped there, and what was written before stands",
                nextCommand: e.NextCommand, inner: e);
        }

        return new FeatureRunEnd(finished.ExitCode, writer.Path, progress, isTerminal);
    }

    /// <summary>Takes the boards before a scenario's own time runs, where somebody is ready to wait for them.</summary>
    private async Task ReserveAsync(TestBench bench, IRunSink sink, Stopwatch watch, CancellationToken stop)
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
            // No scenario begins any more, and the run ends as aborted.
        }
        catch (RigErrorException)
        {
            sink.Write(RunFinished.From(default, watch.Elapsed.TotalMilliseconds) with { Verdict = Verdict.RigError, ExitCode = ExitCodes.RigBroken });
            throw;
        }
    }

    private static string Version =>
        typeof(FeatureRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private sealed class FanOut(string? rig, params IRunSink[] sinks) : IRunSink
    {
        public void Write(RunEvent e)
        {
            if (e is ScenarioFinished { Failure: { NextCommand: { } next } failure } finished)
            {
                e = finished with { Failure = failure with { NextCommand = Cli.NextCommand.WithRig(next, rig) } };
            }

            foreach (var sink in sinks)
            {
                sink.Write(e);
            }
        }
    }
}
