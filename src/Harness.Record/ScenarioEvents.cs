namespace Harness.Record;

/// <summary>A scenario begins.</summary>
public sealed record ScenarioStarted : RunEvent
{
    /// <summary>Its identifier.</summary>
    public required string Id { get; init; }

    /// <summary>The feature's name.</summary>
    public required string Feature { get; init; }

    /// <summary>The scenario's name.</summary>
    public required string Name { get; init; }

    /// <summary>Its tags and its feature's.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>1 for the first of the run.</summary>
    public int Index { get; init; }

    /// <summary>How many the run has.</summary>
    public int Of { get; init; }
}

/// <summary>A step begins; the last one of a record that was cut short says what was under way.</summary>
public sealed record StepStarted : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary><c>Given</c>, <c>When</c>, <c>Then</c>, <c>And</c>, <c>But</c>.</summary>
    public required string Keyword { get; init; }

    /// <summary>The step, without its keyword.</summary>
    public required string Text { get; init; }
}

/// <summary>A step ended.</summary>
public sealed record StepFinished : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary><c>Given</c>, <c>When</c>, <c>Then</c>, <c>And</c>, <c>But</c>.</summary>
    public required string Keyword { get; init; }

    /// <summary>The step, without its keyword.</summary>
    public required string Text { get; init; }

    /// <summary><c>passed failed skipped inconclusive rig-error unjudgeable aborted undefined</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Milliseconds by the host's clock.</summary>
    public double DurationMs { get; init; }
}

/// <summary>One measured value.</summary>
public sealed record SampleTaken : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The device that was measured.</summary>
    public required string Device { get; init; }

    /// <summary>The operation: <c>seal</c>, <c>aug-init</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The number.</summary>
    public required double Value { get; init; }

    /// <summary>Its unit.</summary>
    public required Unit Unit { get; init; }

    /// <summary>The clock that took it.</summary>
    public required ClockKind Clock { get; init; }

    /// <summary>Where it comes from.</summary>
    public required Provenance Provenance { get; init; }
}

/// <summary>A budget was held against samples.</summary>
public sealed record BudgetJudged : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The device that was measured.</summary>
    public required string Device { get; init; }

    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The statistic that is limited: <c>max</c>, <c>p50</c>, <c>p99</c>.</summary>
    public required string Statistic { get; init; }

    /// <summary>How many samples it was taken over.</summary>
    public required int N { get; init; }

    /// <summary>The statistic's value, in <see cref="Unit"/>; not-a-number where there was none.</summary>
    public required double Observed { get; init; }

    /// <summary>The limit, in <see cref="Unit"/>.</summary>
    public required double Limit { get; init; }

    /// <summary>The unit of both.</summary>
    public required Unit Unit { get; init; }

    /// <summary>Where the samples come from; where there were none, what the budget is for.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>Pass, fail or inconclusive.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Why it is inconclusive, or a mark on the number.</summary>
    public string? Reason { get; init; }
}

/// <summary>A scenario ended.</summary>
public sealed record ScenarioFinished : RunEvent
{
    /// <summary>Its identifier.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it came to.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Milliseconds by the host's clock.</summary>
    public double DurationMs { get; init; }

    /// <summary>Present unless it passed.</summary>
    public FailureDetail? Failure { get; init; }

    /// <summary>Transcripts of its devices, relative to the run folder.</summary>
    public IReadOnlyList<string> Transcripts { get; init; } = [];

    /// <summary>Names of the plugins whose steps or attacks ran in it, so that its verdict is partly theirs; null where none did.</summary>
    public IReadOnlyList<string>? Plugins { get; init; }
}

/// <summary>Why a scenario did not pass.</summary>
/// <param name="Phase"><c>setup</c>, <c>given</c>, <c>when</c>, <c>then</c> or <c>teardown</c>.</param>
/// <param name="Step">The step with its keyword, where one ran.</param>
/// <param name="Item">What was judged.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Seen">What was seen. Never a secret.</param>
/// <param name="Unit">The unit of both, where they are numbers.</param>
/// <param name="NextCommand">The next command to type, where one helps.</param>
public sealed record FailureDetail(
    string Phase, string? Step, string Item, string Expected, string Seen, string? Unit, string? NextCommand)
{
    /// <summary><c>path:line</c> of the step; null where none ran, and in records from before it was kept.</summary>
    public string? At { get; init; }

    /// <summary>The sentence to add to the feature, where the scenario was unjudgeable for want of one.</summary>
    public string? Add { get; init; }

    /// <summary>The detail an exception carries.</summary>
    public static FailureDetail From(VerdictException e, string phase, string? step)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new(phase, step, e.Item, e.Expected, e.Seen, e.Unit, e.NextCommand) { Add = (e as UnjudgeableException)?.Add };
    }
}
