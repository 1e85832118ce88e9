using Harness.Record;

namespace Harness.Reporting;

/// <summary>What a run came to, derived from its events alone.</summary>
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
        Cells = from.Cells;
        Attacks = from.Attacks;
        Findings = from.Findings;
        Costs = from.Costs;
        MessageCosts = from.MessageCosts;
        Counts = VerdictCounts.Of(from.Scenarios.Select(s => s.Verdict));
        Problems = from.Problems(Counts);
        DurationMs = from.Finished?.DurationMs ?? from.Span.TotalMilliseconds;
    }

    /// <summary>The first event, where the record holds it.</summary>
    public RunStarted? Started { get; }

    /// <summary>The last event; null for a record that was cut short.</summary>
    public RunFinished? Finished { get; }

    /// <summary>True if the run ended by itself. One that did not is aborted, whatever its scenarios came to.</summary>
    public bool IsComplete => Finished is not null;

    /// <summary>The run's name; <c>unknown</c> where the record does not hold it.</summary>
    public string RunId => Started?.RunId ?? "unknown";

    /// <summary>What the run came to. It passed only if it ended by itself, says so, and every selected scenario ran and passed.</summary>
    public Verdict Verdict
    {
        get
        {
            var stated = Finished is null ? Verdict.Aborted : Worse(Finished.Verdict, Counts.Verdict);
            return stated == Verdict.Pass && NeverStarted > 0 ? Verdict.Aborted : stated;
        }
    }

    /// <summary>What a process that judges this record ends with.</summary>
    public int ExitCode => Finished is { ExitCode: not ExitCodes.Pass } finished && Verdict == finished.Verdict
        ? finished.ExitCode
        : ExitCodes.From(Verdict);

    /// <summary>Scenarios by verdict; one that began and never finished counts as aborted.</summary>
    public VerdictCounts Counts { get; }

    /// <summary>Selected scenarios that never began.</summary>
    public int NeverStarted => Math.Max(0, (Started?.Selected ?? 0) - Scenarios.Count);

    /// <summary>Milliseconds from first to last event.</summary>
    public double DurationMs { get; }

    /// <summary>Devices, each as it last got ready.</summary>
    public IReadOnlyList<DeviceReady> Devices { get; }

    /// <summary>Scenarios in the order they began.</summary>
    public IReadOnlyList<ScenarioResult> Scenarios { get; }

    /// <summary>Those that did not pass.</summary>
    public IEnumerable<ScenarioResult> NotPassed => Scenarios.Where(s => s.Verdict != Verdict.Pass);

    /// <summary>Scenarios that were left out, with reasons.</summary>
    public IReadOnlyList<Deselected> Deselected => Started?.Deselected ?? [];

    /// <summary>Timing numbers.</summary>
    public IReadOnlyList<TimingRow> Timing { get; }

    /// <summary>Budgets judged.</summary>
    public IReadOnlyList<BudgetJudged> Budgets { get; }

    /// <summary>Link faults, survived or not.</summary>
    public IReadOnlyList<FaultSeen> Faults { get; }

    /// <summary>Notes.</summary>
    public IReadOnlyList<NoteTaken> Notes { get; }

    /// <summary>Cells of the claims' tables that the run set out to decide.</summary>
    public IReadOnlyList<CellStated> Cells { get; }

    /// <summary>Attacks that ended.</summary>
    public IReadOnlyList<AttackEnded> Attacks { get; }

    /// <summary>Findings beyond the claims.</summary>
    public IReadOnlyList<FindingJudged> Findings { get; }

    /// <summary>What parties computed, by phase.</summary>
    public IReadOnlyList<CostCounted> Costs { get; }

    /// <summary>What messages cost.</summary>
    public IReadOnlyList<MessageCost> MessageCosts { get; }

    /// <summary>What is wrong with the record itself, in sentences: cut short, events lost, counts that disagree, unknown kinds.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Path of <c>run.jsonl</c>, where it was read from a file.</summary>
    public string? RecordPath { get; init; }

    /// <summary>Derives the result; never throws on what events say.</summary>
    public static RunResult From(IEnumerable<RunEvent> events) => From(events, null);

    /// <summary>Reads a record and derives the result.</summary>
    /// <param name="path">A record, or the run folder that holds it.</param>
    /// <exception cref="RecordException">The record cannot be read.</exception>
    public static RunResult Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var record = Directory.Exists(path) ? Path.Combine(path, RecordWriter.FileName) : path;
        return From(RecordReader.Read(record), record);
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
        // In the order of the exit codes (design 4), which is not that of the numbers.
        ReadOnlySpan<Verdict> order = [Verdict.Pass, Verdict.Inconclusive, Verdict.RigError, Verdict.Unjudgeable, Verdict.Fail, Verdict.Aborted];
        return order.IndexOf(a) > order.IndexOf(b) ? a : b;
    }
}
