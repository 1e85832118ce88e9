using Harness.Adversary.Capture;
using Harness.Reporting.Traces;

namespace Harness.Cli.Recording;

/// <summary>One run with its folder and its record: what everything that measures or judges writes to, from the command line and from NUnit.</summary>
internal sealed class RecordedRun : IRunSink, IDisposable
{
    private readonly RecordWriter _writer;
    private readonly IReadOnlyList<IRunSink> _sinks;
    private readonly string? _rigTyped;
    private readonly Stopwatch _since = Stopwatch.StartNew();

    private readonly HashSet<string> _files = [];
    private readonly Lock _filesGate = new();
    private RunWatch? _watch;

    private RecordedRun(RecordWriter writer, string folder, string? rigTyped, IReadOnlyList<IRunSink> views) =>
        (_writer, Folder, _rigTyped, _sinks) = (writer, folder, rigTyped, views);

    /// <summary>The run's folder.</summary>
    public string Folder { get; }

    /// <summary>Full path of <c>run.jsonl</c>.</summary>
    public string Record => _writer.Path;

    /// <summary>Signs the record at its end; null for none. The run ends it.</summary>
    public RecordSigningKey? SigningKey { get; init; }

    /// <summary>Takes the run into the history; null for none. The run ends it.</summary>
    public RunHistory? History { get; init; }

    /// <summary>Version of the harness.</summary>
    public static string Version =>
        typeof(RecordedRun).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    /// <summary>Makes the folder and opens the record.</summary>
    /// <param name="outDir">The folder as typed; null for one of its own.</param>
    /// <param name="rigTyped">The rig as typed, for the commands that a failure says to type next; null where none was.</param>
    /// <param name="views">Sinks that get each event after the record took it.</param>
    /// <exception cref="RecordException">The folder cannot be written, or holds a record already.</exception>
    public static RecordedRun Open(string? outDir, string? rigTyped, params IReadOnlyList<IRunSink> views)
    {
        var folder = RunFolder.Create(outDir);
        return new RecordedRun(RecordWriter.Create(folder), folder, rigTyped, views);
    }

    /// <summary>Makes the folder and opens the record of a command, which goes into the history too.</summary>
    /// <param name="request">The record as it was asked for.</param>
    /// <param name="expected">Finds the milliseconds that a scenario took in earlier runs, by its identifier, for the time left on the page; null where none is known.</param>
    /// <param name="progress">Takes the page's address.</param>
    /// <param name="views">Sinks that get each event after the record took it.</param>
    /// <exception cref="RecordException">The folder cannot be written, or holds a record already, or there is no such key.</exception>
    public static RecordedRun Open(RecordRequest request, Func<IReadOnlyDictionary<string, double>>? expected, TextWriter progress, IReadOnlyList<IRunSink> views)
    {
        // Before the folder: a run of an hour must not end in a key that cannot be read.
        var key = request.Sign is null ? null : RecordSigningKey.Load(request.Sign);
        var folder = RunFolder.Create(request.Out);
        var writer = RecordWriter.Create(folder);
        var watch = request.Watch ? RunWatch.Start(writer.Path, expected?.Invoke() ?? new Dictionary<string, double>(), progress) : null;
        var history = RunHistory.Begin(folder);
        return new RecordedRun(writer, folder, request.RigTyped, [.. views, .. watch is null ? (IRunSink[])[] : [watch], history]) { SigningKey = key, History = history, _watch = watch };
    }

    /// <summary>Turns a record that could not be written to its end, on a full disk for example, into a broken rig.</summary>
    /// <remarks>Nothing is judged that cannot be recorded: the run stops, its devices are made safe, and what was written before stands.</remarks>
    /// <exception cref="RigErrorException">The record or a report could not be written any more.</exception>
    public static async Task<T> GuardAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run();
        }
        catch (RecordException e)
        {
            throw new RigErrorException(
                "the record of this run", "room to be written to its end", $"{e.Path}: {e.Difference}; the run was stopped there, and what was written before stands",
                nextCommand: e.NextCommand, inner: e);
        }
    }

    /// <summary>Does the work of a run whose record then ends with what broke or stopped it.</summary>
    /// <param name="work">The work.</param>
    /// <param name="stopped">Ends the record of work that was stopped; null where that counts as broken.</param>
    public async Task<T> ConcludingAsync<T>(Func<Task<T>> work, Action? stopped = null)
    {
        try
        {
            return await work();
        }
        catch (OperationCanceledException) when (stopped is not null)
        {
            stopped();
            throw;
        }
        catch (Exception e) when (e is not RecordException)
        {
            EndBroken();
            throw;
        }
    }

    /// <summary>Writes the first event.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="rigPath">Its file.</param>
    /// <param name="subject">Source of the features, or the command that measures.</param>
    /// <param name="selected">Number of scenarios to run.</param>
    /// <param name="with">Adds what only some runs have; null for nothing.</param>
    public void Begin(RigFile rig, string rigPath, string subject, int selected, Func<RunStarted, RunStarted>? with = null)
    {
        var started = new RunStarted
        {
            RunId = Path.GetFileName(Folder), HarnessVersion = Version, HarnessBuild = ProgramHash.Value, Rig = ProductPaths.Display(rigPath), RigName = rig.Name, Features = subject,
            Selected = selected, Host = HostInfo.Current(),
            Plugins = rig.Plugins.Count == 0 ? null : [.. Plugin.Load(rig.Plugins).Select(p => p.Used)],
            Wiring = RigWiring.Of(rig),
            Lab = LabAttemptId.FromEnvironment(),
        };
        Write(with is null ? started : with(started));
    }

    /// <summary>Writes the first event of a run that has no rig: a broker at an address, or a client that connects, is tried.</summary>
    /// <param name="target">The broker or client, for people.</param>
    /// <param name="subject">The command.</param>
    /// <param name="selected">Number of things to judge.</param>
    /// <param name="kind">Its kind in the drawing of the rig: <c>broker</c>, <c>device</c> or <c>client</c>.</param>
    public void Begin(string target, string subject, int selected, string kind = "broker") => Write(new RunStarted
    {
        RunId = Path.GetFileName(Folder), HarnessVersion = Version, HarnessBuild = ProgramHash.Value, Rig = "none", RigName = target, Features = subject, Selected = selected,
        Host = HostInfo.Current(), Wiring = [new WiredPart(target, kind, "stands elsewhere", "", "MQTT")],
    });

    /// <summary>Writes the last event, and the reports beside the record.</summary>
    /// <param name="counts">Scenarios by verdict.</param>
    /// <param name="stopped">True where the user stopped the run, also between two scenarios: a scenario that never began did not pass.</param>
    public RunFinished End(VerdictCounts counts, bool stopped)
    {
        var finished = RunFinished.From(counts, _since.Elapsed.TotalMilliseconds);
        finished = stopped ? finished with { Verdict = Verdict.Aborted, ExitCode = ExitCodes.Aborted } : finished;
        Conclude(finished);
        return finished;
    }

    /// <summary>Writes the last event of a run whose rig broke before anything could be judged, and the reports beside the record.</summary>
    public void EndBroken()
    {
        Conclude(RunFinished.From(default, _since.Elapsed.TotalMilliseconds) with { Verdict = Verdict.RigError, ExitCode = ExitCodes.RigBroken });
    }

    private void Conclude(RunFinished finished)
    {
        foreach (var kept in KeptFiles.Of(Folder, _files))
        {
            Write(kept);
        }

        Write(finished);
        if (SigningKey is not null)
        {
            _writer.Sign(SigningKey);
        }

        History?.End();
        var result = Reports.WriteBeside(Folder, History is { HasAnswered: true } ? HistoryTrends.Of : null);
        if (OtlpTraces.IsWanted && OtlpTraces.Send(result) is { } why)
        {
            // A run is judged by its record; who watches traces is told that this one is missing.
            Console.Error.WriteLine($"harness: warning: the trace of this run was not sent: {ForeignText.Line(why)}; next: env | grep OTEL_");
        }
    }

    /// <summary>Takes note of a file beside the record, whose hash the record's end then holds.</summary>
    /// <param name="name">Its path relative to the run's folder; null for none.</param>
    public void Keep(string? name)
    {
        if (name is not null)
        {
            lock (_filesGate)
            {
                _files.Add(name);
            }
        }
    }

    /// <summary>Writes a file beside the record, and takes note of it.</summary>
    /// <param name="file">Its name, relative to the run's folder.</param>
    /// <param name="write">Writes its text.</param>
    /// <returns>Its full path.</returns>
    /// <exception cref="RecordException">It could not be written to its end: numbers without their samples are no record.</exception>
    public string Save(string file, Action<TextWriter> write)
    {
        var path = Path.Combine(Folder, file);
        try
        {
            using var output = new StreamWriter(path);
            write(output);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RecordException.CannotWrite(path, e);
        }

        Keep(file);
        return path;
    }

    /// <inheritdoc />
    public void Write(RunEvent e)
    {
        if (e is ScenarioFinished { Failure: { NextCommand: { } next } failure } finished)
        {
            e = finished with { Failure = failure with { NextCommand = NextCommand.WithRig(next, _rigTyped) } };
        }

        KeepFilesOf(e);
        e = _writer.Put(e);
        foreach (var view in _sinks)
        {
            view.Write(e);
        }
    }

    private void KeepFilesOf(RunEvent e)
    {
        switch (e)
        {
            case ScenarioFinished finished:
                finished.Transcripts.ToList().ForEach(Keep);
                break;
            case AttackEnded { Capture: { } capture }:
                Keep(capture);
                Keep(capture + PacketListing.Ending);
                break;
            case SamplesSummarized samples:
                Keep(samples.File);
                break;
            default:
                break;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _watch?.Dispose();
        _writer.Dispose();
        SigningKey?.Dispose();
        History?.Dispose();
    }
}
