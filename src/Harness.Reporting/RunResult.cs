namespace Harness.Reporting;

/// <summary>The result of a run, derived from its events alone.</summary>
public sealed class RunResult
{
    internal RunResult(RunResultBuilder from)
    {
        Started = from.Started;
        Finished = from.Finished;
        Devices = from.Devices;
        Scenarios = from.Scenarios;
        Timing = TimingRow.From(from.Scenarios);
        Budgets = from.Budgets;
        Faults = from.Faults;
        Notes = from.Notes;
        Schemes = from.Schemes;
        Cells = from.Cells;
        Attacks = from.Attacks;
        Findings = from.Findings;
        Costs = from.Costs;
        MessageCosts = from.MessageCosts;
        Footprints = from.Footprints;
        Files = from.Files;
        Counts = VerdictCounts.Of(from.Scenarios.Select(s => s.Verdict));
        Problems = from.Problems(Counts);
        DurationMs = from.Finished?.DurationMs ?? from.Span.TotalMilliseconds;
    }

    /// <summary>The first event; null if the record lacks it.</summary>
    public RunStarted? Started { get; }

    /// <summary>The last event; null for a record that was cut short.</summary>
    public RunFinished? Finished { get; }

    /// <summary>True if the run ended by itself. A run that did not is aborted, whatever its scenarios' verdicts.</summary>
    public bool IsComplete => Finished is not null;

    /// <summary>The run's name; <c>unknown</c> if the record lacks it.</summary>
    public string RunId => Started?.RunId ?? "unknown";

    /// <summary>The run's verdict. It is pass only if the run ended by itself with a pass, and every selected scenario ran and passed.</summary>
    public Verdict Verdict
    {
        get
        {
            var stated = Finished is null ? Verdict.Aborted : Worse(Finished.Verdict, Counts.Verdict);
            return stated == Verdict.Pass && NeverStarted > 0 ? Verdict.Aborted : stated;
        }
    }

    /// <summary>Exit code of a process that judges this record.</summary>
    public int ExitCode => Finished is { ExitCode: not ExitCodes.Pass } finished && Verdict == finished.Verdict
        ? finished.ExitCode
        : ExitCodes.From(Verdict);

    /// <summary>The number of scenarios by verdict; one that began and never finished counts as aborted.</summary>
    public VerdictCounts Counts { get; }

    /// <summary>The number of selected scenarios that never began.</summary>
    public int NeverStarted => Math.Max(0, (Started?.Selected ?? 0) - Scenarios.Count);

    /// <summary>Milliseconds from the first to the last event.</summary>
    public double DurationMs { get; }

    /// <summary>Devices, each as of its last boot.</summary>
    public IReadOnlyList<DeviceReady> Devices { get; }

    /// <summary>Scenarios in the order they began; where several ran at once, in that of the list.</summary>
    public IReadOnlyList<ScenarioResult> Scenarios { get; }

    /// <summary>The scenarios that did not pass.</summary>
    public IEnumerable<ScenarioResult> NotPassed => Scenarios.Where(s => s.Verdict != Verdict.Pass);

    /// <summary>Scenarios that were not selected, with reasons.</summary>
    public IReadOnlyList<Deselected> Deselected => Started?.Deselected ?? [];

    /// <summary>Timing numbers.</summary>
    public IReadOnlyList<TimingRow> Timing { get; }

    /// <summary>The judged budgets.</summary>
    public IReadOnlyList<BudgetJudged> Budgets { get; }

    /// <summary>Link faults, including those that were recovered from.</summary>
    public IReadOnlyList<FaultSeen> Faults { get; }

    /// <summary>Notes.</summary>
    public IReadOnlyList<NoteTaken> Notes { get; }

    /// <summary>Schemes of the claims tables, in the order of their columns.</summary>
    public IReadOnlyList<SchemeStated> Schemes { get; }

    /// <summary>Cells of the claims tables that the run was to decide.</summary>
    public IReadOnlyList<CellStated> Cells { get; }

    /// <summary>The attacks that ended.</summary>
    public IReadOnlyList<AttackEnded> Attacks { get; }

    /// <summary>Findings beyond the claims.</summary>
    public IReadOnlyList<FindingJudged> Findings { get; }

    /// <summary>Operation counts of parties, by phase.</summary>
    public IReadOnlyList<CostCounted> Costs { get; }

    /// <summary>Costs of messages.</summary>
    public IReadOnlyList<MessageCost> MessageCosts { get; }

    /// <summary>Memory that schemes take on boards.</summary>
    public IReadOnlyList<SchemeFootprint> Footprints { get; }

    /// <summary>The files beside the record as they were at the end of the run.</summary>
    public IReadOnlyList<KeptFile> Files { get; }

    /// <summary>Problems of the record itself, in sentences: cut short, events lost, counts that disagree, unknown kinds.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Path of <c>run.jsonl</c>; null if the result was not read from a file.</summary>
    public string? RecordPath { get; init; }

    /// <summary>Derives the result; never throws on the content of events.</summary>
    public static RunResult From(IEnumerable<RunEvent> events) => From(events, path: null);

    /// <summary>Reads a record and derives the result.</summary>
    /// <param name="path">Path of a record, or of the run folder that holds it.</param>
    /// <exception cref="RecordException">The record cannot be read.</exception>
    public static RunResult Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var record = Directory.Exists(path) ? Path.Combine(path, RecordWriter.FileName) : path;
        return From(RecordReader.Read(record), record);
    }

    /// <summary>Reads a record as far as it can be read: damaged lines, and what a newer version added, are passed over and told among <see cref="Problems"/>.</summary>
    /// <param name="path">Path of a record, or of the run folder that holds it.</param>
    /// <exception cref="RecordException">There is no such record, or nothing in it is an event of a run.</exception>
    public static RunResult LoadReadable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var record = Directory.Exists(path) ? Path.Combine(path, RecordWriter.FileName) : path;
        var (builder, unreadable) = (new RunResultBuilder(), new List<RecordException>());
        foreach (var e in RecordReader.ReadReadable(record, unreadable.Add))
        {
            builder.Add(e);
        }

        builder.End(unreadable);
        return new RunResult(builder) { RecordPath = record };
    }

    /// <summary>Derives a run from its events, without holding those that another takes.</summary>
    /// <param name="events">The events in their order.</param>
    /// <param name="isTaken">Takes an event, or returns false.</param>
    internal static RunResult From(IEnumerable<RunEvent> events, Func<RunEvent, bool> isTaken)
    {
        var builder = new RunResultBuilder();
        foreach (var e in events)
        {
            if (isTaken(e))
            {
                builder.Pass(e);
            }
            else
            {
                builder.Add(e);
            }
        }

        builder.End();
        return new RunResult(builder);
    }

    private static RunResult From(IEnumerable<RunEvent> events, string? path)
    {
        ArgumentNullException.ThrowIfNull(events);
        var builder = new RunResultBuilder();
        foreach (var e in events)
        {
            builder.Add(e);
        }

        builder.End();
        return new RunResult(builder) { RecordPath = path };
    }

    private static Verdict Worse(Verdict a, Verdict b)
    {
        // In the order of the exit codes (ExitCodes), which is not that of the enum's numbers.
        ReadOnlySpan<Verdict> order = [Verdict.Pass, Verdict.Inconclusive, Verdict.RigError, Verdict.Unjudgeable, Verdict.Fail, Verdict.Aborted];
        return order.IndexOf(a) > order.IndexOf(b) ? a : b;
    }
}
