namespace Harness.Reporting;

/// <summary>One scenario of a run, derived from its events.</summary>
public sealed class ScenarioResult
{
    private readonly List<StepFinished> _steps = [];
    private readonly List<SampleTaken> _samples = [];
    private readonly List<SamplesSummarized> _summaries = [];
    private readonly List<BudgetJudged> _budgets = [];
    private readonly List<FaultSeen> _faults = [];
    private readonly List<NoteTaken> _notes = [];

    internal ScenarioResult(string id, string feature, string name)
    {
        Id = id;
        Feature = feature;
        Name = name;
    }

    /// <summary>Id of the scenario: <c>features/handshake/login.feature:12</c>.</summary>
    public string Id { get; }

    /// <summary>The feature's name.</summary>
    public string Feature { get; }

    /// <summary>The scenario's name.</summary>
    public string Name { get; }

    /// <summary>The scenario's tags.</summary>
    public IReadOnlyList<string> Tags { get; internal init; } = [];

    /// <summary>Index of the scenario in the run's list, from 1; 0 if the record lacks it.</summary>
    public int Index { get; internal init; }

    /// <summary>Start of the scenario, UTC; null if the record lacks it.</summary>
    public DateTimeOffset? StartedAt { get; internal init; }

    /// <summary>False if the record ends, or starts the scenario anew, before it finished; its verdict is then aborted.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>The scenario's verdict.</summary>
    public Verdict Verdict { get; private set; } = Verdict.Aborted;

    /// <summary>Milliseconds by the host's clock; up to the last event seen if the scenario never finished.</summary>
    public double DurationMs { get; private set; }

    /// <summary>The reason for which it did not pass; null if it passed.</summary>
    public FailureDetail? Failure { get; private set; }

    /// <summary>Transcripts of the scenario's devices, relative to the run folder.</summary>
    public IReadOnlyList<string> Transcripts { get; private set; } = [];

    /// <summary>Names of the plugins that took part in it.</summary>
    public IReadOnlyList<string> Plugins { get; private set; } = [];

    /// <summary>The parts that they played, as far as the record tells.</summary>
    public IReadOnlyList<PluginPart> PluginParts { get; private set; } = [];

    /// <summary>The scenario's steps, in order.</summary>
    public IReadOnlyList<StepFinished> Steps => _steps;

    /// <summary>Samples taken in the scenario.</summary>
    public IReadOnlyList<SampleTaken> Samples => _samples;

    /// <summary>Samples of the scenario whose values stand in a file beside the record.</summary>
    public IReadOnlyList<SamplesSummarized> Summaries => _summaries;

    /// <summary>Budgets judged in the scenario.</summary>
    public IReadOnlyList<BudgetJudged> Budgets => _budgets;

    /// <summary>Link faults in the scenario.</summary>
    public IReadOnlyList<FaultSeen> Faults => _faults;

    /// <summary>Notes taken in the scenario.</summary>
    public IReadOnlyList<NoteTaken> Notes => _notes;

    /// <summary>Path of the feature file: <see cref="Id"/> without its line.</summary>
    public string File => Id.LastIndexOf(':') is var colon and > 0 ? Id[..colon] : Id;

    internal void Add(RunEvent e)
    {
        switch (e)
        {
            case StepFinished step: _steps.Add(step); break;
            case SampleTaken sample: _samples.Add(sample); break;
            case SamplesSummarized summary: _summaries.Add(summary); break;
            case BudgetJudged budget: _budgets.Add(budget); break;
            case FaultSeen fault: _faults.Add(fault); break;
            case NoteTaken note: _notes.Add(note); break;
        }

        if (StartedAt is { } started && e.At > started)
        {
            DurationMs = (e.At - started).TotalMilliseconds;
        }
    }

    internal void Finish(ScenarioFinished e)
    {
        IsFinished = true;
        Verdict = e.Verdict;
        DurationMs = e.DurationMs;
        Failure = e.Failure ?? (e.Verdict == Verdict.Pass ? null : Unexplained("the record gives no detail"));
        Transcripts = e.Transcripts;
        Plugins = e.Plugins ?? [];
        PluginParts = e.PluginParts ?? [];
    }

    internal void MarkUnfinished()
    {
        if (!IsFinished)
        {
            Failure = Unexplained("the record holds no end of it");
        }
    }

    private FailureDetail Unexplained(string seen) => new(
        _steps.Count == 0 ? "setup" : Phase(_steps[^1].Keyword),
        _steps.Count == 0 ? null : $"after: {_steps[^1].Keyword.Trim()} {_steps[^1].Text}",
        "the scenario",
        "a verdict with its reason",
        seen,
        null,
        $"./harness run {ShellWord.Quote(Id)}");

    // And and But continue the phase of the step before them: walk back to it.
    private string Phase(string keyword)
    {
        for (var i = _steps.Count - 1; i >= 0; i--)
        {
            if (_steps[i].Keyword.Trim() is "Given" or "When" or "Then")
            {
#pragma warning disable CA1308 // the phase is a lower-case word of the record
                return _steps[i].Keyword.Trim().ToLowerInvariant();
#pragma warning restore CA1308
            }
        }

        return keyword;
    }
}
