namespace Harness.Reporting;

/// <summary>Collects events into a <see cref="RunResult"/>.</summary>
internal sealed class RunResultBuilder
{
    private readonly Dictionary<string, ScenarioResult> _latest = [];
    private readonly Dictionary<string, int> _unknown = [];
    private readonly List<string> _gaps = [];
    private readonly List<string> _recordProblems = [];
    private DateTimeOffset? _first;
    private DateTimeOffset? _last;
    private long _seq;

    public RunStarted? Started { get; private set; }

    public RunFinished? Finished { get; private set; }

    public List<DeviceReady> Devices { get; } = [];

    public List<ScenarioResult> Scenarios { get; } = [];

    public List<BudgetJudged> Budgets { get; } = [];

    public List<FaultSeen> Faults { get; } = [];

    public List<NoteTaken> Notes { get; } = [];

    public List<SchemeStated> Schemes { get; } = [];

    public List<CellStated> Cells { get; } = [];

    public List<AttackEnded> Attacks { get; } = [];

    public List<FindingJudged> Findings { get; } = [];

    public List<CostCounted> Costs { get; } = [];

    public List<MessageCost> MessageCosts { get; } = [];

    public List<SchemeFootprint> Footprints { get; } = [];

    public List<KeptFile> Files { get; } = [];

    public TimeSpan Span => _last - _first ?? TimeSpan.Zero;

    /// <summary>Notes number and time of an event, so that its absence is no gap.</summary>
    public void Pass(RunEvent e)
    {
        _first ??= e.At == default ? null : e.At;
        _last = e.At == default ? _last : e.At;
        if (e.Seq > _seq + 1)
        {
            _gaps.Add($"{e.Seq - _seq - 1} event(s) between {_seq} and {e.Seq} were not written");
        }

        _seq = Math.Max(_seq, e.Seq);
    }

    public void Add(RunEvent e)
    {
        Pass(e);
        switch (e)
        {
            case RunStarted started:
                Started ??= started;
                break;
            case RunFinished finished:
                Finished = finished;
                break;
            case DeviceReady device:
                Replace(device);
                break;
            case ScenarioStarted scenario:
                Begin(scenario);
                break;
            case ScenarioFinished scenario:
                Of(scenario.Id, scenario.Name, reopen: true).Finish(scenario);
                break;
            case StepFinished step:
                Of(step.Scenario).Add(step);
                break;
            case SampleTaken sample:
                Of(sample.Scenario).Add(sample);
                break;
            case SamplesSummarized summary:
                Of(summary.Scenario).Add(summary);
                break;
            case BudgetJudged budget:
                Budgets.Add(budget);
                Of(budget.Scenario).Add(budget);
                break;
            case FaultSeen fault:
                Faults.Add(fault);
                AddTo(fault.Scenario, fault);
                break;
            case NoteTaken note:
                Notes.Add(note);
                AddTo(note.Scenario, note);
                break;
            case SchemeStated scheme:
                Schemes.Add(scheme);
                break;
            case CellStated cell:
                Cells.Add(cell);
                break;
            case AttackEnded attack:
                Attacks.Add(attack);
                break;
            case FindingJudged finding:
                Findings.Add(finding);
                break;
            case CostCounted cost:
                Costs.Add(cost);
                break;
            case MessageCost message:
                MessageCosts.Add(message);
                break;
            case SchemeFootprint footprint:
                Footprints.Add(footprint);
                break;
            case FilesKept kept:
                Files.AddRange(kept.Files);
                break;
            case UnknownEvent unknown:
                _unknown[unknown.Kind] = _unknown.GetValueOrDefault(unknown.Kind) + 1;
                break;
        }
    }

    public void End()
    {
        Scenarios.ForEach(s => s.MarkUnfinished());

        // Scenarios that ran at once began in whatever order their devices became free: they are read in that of the list.
        if (Started?.Parallel > 1)
        {
            var listed = Scenarios.OrderBy(s => s.Index == 0 ? int.MaxValue : s.Index).ToList();
            Scenarios.Clear();
            Scenarios.AddRange(listed);
            Budgets.Clear();
            Budgets.AddRange(listed.SelectMany(s => s.Budgets));
        }
    }

    /// <summary>Ends a record of which some lines could not be read.</summary>
    /// <exception cref="RecordException">Nothing else was in it.</exception>
    public void End(IReadOnlyList<RecordException> unreadable)
    {
        if (unreadable.Count > 0)
        {
            _recordProblems.Insert(0, Started is null && Scenarios.Count == 0 ? throw unreadable[0] : Sentence(unreadable));
        }

        End();
    }

    /// <summary>The lines that could not be read, in a sentence: the first, and the number of the others.</summary>
    public static string Sentence(IReadOnlyList<RecordException> unreadable) =>
        unreadable[0].Difference + (unreadable.Count > 1 ? $"; and {unreadable.Count - 1} more lines that could not be read" : "");

    public IReadOnlyList<string> Problems(VerdictCounts counts)
    {
        var problems = new List<string>();
        if (Finished is null)
        {
            problems.Add(_seq == 0 && Scenarios.Count == 0
                ? "the record is empty: the run was aborted before it began"
                : "the record has no run-finished: the run was aborted (killed, out of power, or still going on)");
        }
        else if (new VerdictCounts(Finished.Passed, Finished.Failed, Finished.Inconclusive, Finished.RigErrors, Finished.Aborted, Finished.Unjudgeable)
            is var stated && stated != counts)
        {
            problems.Add($"run-finished counts {Text(stated)}, the scenarios in the record are {Text(counts)}");
        }

        if (Finished is not null && Started?.Selected > Scenarios.Count)
        {
            problems.Add($"{Started.Selected - Scenarios.Count} of {Started.Selected} selected scenarios never began");
        }

        if (Started is null && _seq > 0)
        {
            problems.Add("the record has no run-started: rig, host and selection are unknown");
        }

        problems.AddRange(_gaps);
        problems.AddRange(_recordProblems);
        problems.AddRange(_unknown.Select(kind => $"{kind.Value} event(s) of the unknown kind \"{kind.Key}\" were left aside"));
        return problems;
    }

    private static string Text(VerdictCounts c) =>
        $"{c.Passed} passed, {c.Failed} failed, {c.Inconclusive} inconclusive, {c.RigErrors} rig errors, {c.Unjudgeable} unjudgeable, {c.Aborted} aborted";

    // A device that was reset boots again: later numbers belong to its latest state.
    private void Replace(DeviceReady device)
    {
        var at = Devices.FindIndex(d => d.Device == device.Device);
        if (at < 0)
        {
            Devices.Add(device);
            return;
        }

        if (Devices[at].Build != device.Build || Devices[at].Provenance != device.Provenance)
        {
            _recordProblems.Add($"{device.Device} changed during the run: build {Devices[at].Build ?? "unknown"} ({Devices[at].Provenance.Word()}),"
                + $" then {device.Build ?? "unknown"} ({device.Provenance.Word()})");
        }

        Devices[at] = device;
    }

    private void Begin(ScenarioStarted e)
    {
        var scenario = new ScenarioResult(e.Id, e.Feature, e.Name) { Tags = e.Tags, Index = e.Index, StartedAt = e.At == default ? null : e.At };
        _latest[e.Id] = scenario;
        Scenarios.Add(scenario);
    }

    private void AddTo(string? id, RunEvent e)
    {
        if (id is not null)
        {
            Of(id).Add(e);
        }
    }

    // Events of a scenario whose start was lost still count; a second finish without a start is another run of it.
    private ScenarioResult Of(string id, string? name = null, bool reopen = false)
    {
        if (!_latest.TryGetValue(id, out var scenario) || (reopen && scenario.IsFinished))
        {
            scenario = new ScenarioResult(id, "", name ?? id);
            _latest[id] = scenario;
            Scenarios.Add(scenario);
        }

        return scenario;
    }
}
