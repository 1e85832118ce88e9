namespace Harness.Record;

/// <summary>The start of a scenario.</summary>
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

    /// <summary>Index of the scenario in the run, from 1.</summary>
    public int Index { get; init; }

    /// <summary>The number of scenarios of the run.</summary>
    public int Of { get; init; }

    /// <summary>The boards that it had while others ran beside it, in the place of roles that a pool plays; null where it had the whole rig.</summary>
    public IReadOnlyList<string>? Devices { get; init; }
}

/// <summary>The start of a step; the last one of an incomplete record names the step that was running.</summary>
public sealed record StepStarted : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary><c>Given</c>, <c>When</c>, <c>Then</c>, <c>And</c>, <c>But</c>.</summary>
    public required string Keyword { get; init; }

    /// <summary>The step, without its keyword.</summary>
    public required string Text { get; init; }
}

/// <summary>The end of a step.</summary>
public sealed record StepFinished : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary><c>Given</c>, <c>When</c>, <c>Then</c>, <c>And</c>, <c>But</c>.</summary>
    public required string Keyword { get; init; }

    /// <summary>The step, without its keyword.</summary>
    public required string Text { get; init; }

    /// <summary>The result: <c>passed failed skipped inconclusive rig-error unjudgeable aborted undefined</c>.</summary>
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

    /// <summary>The operation: <c>seal</c>, <c>aug.init</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>The number.</summary>
    public required double Value { get; init; }

    /// <summary>Its unit.</summary>
    public required Unit Unit { get; init; }

    /// <summary>The clock that measured it.</summary>
    public required ClockKind Clock { get; init; }

    /// <summary>The value's provenance.</summary>
    public required Provenance Provenance { get; init; }
}

/// <summary>The numbers of many samples of one operation by one clock; the samples themselves stand in a file beside the record.</summary>
public sealed record SamplesSummarized : RunEvent
{
    /// <summary>The scenario's identifier.</summary>
    public required string Scenario { get; init; }

    /// <summary>The device that was measured.</summary>
    public required string Device { get; init; }

    /// <summary>The operation: <c>seal</c>, <c>aug.init</c>.</summary>
    public required string Operation { get; init; }

    /// <summary>Number of samples.</summary>
    public required int N { get; init; }

    /// <summary>Smallest.</summary>
    public required double Min { get; init; }

    /// <summary>Median.</summary>
    public required double P50 { get; init; }

    /// <summary>99th percentile, nearest rank; null below 1000 samples, where it would rest on too few.</summary>
    public double? P99 { get; init; }

    /// <summary>Largest.</summary>
    public required double Max { get; init; }

    /// <summary>At least 3 equal values of an exact clock: the set is complete.</summary>
    public bool IsExact { get; init; }

    /// <summary>The unit of every number.</summary>
    public required Unit Unit { get; init; }

    /// <summary>The clock that took them.</summary>
    public required ClockKind Clock { get; init; }

    /// <summary>Their source.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The file that holds every sample, relative to the run folder.</summary>
    public required string File { get; init; }

    /// <summary>Ends of the bootstrap interval of <see cref="P50"/>; null where none was computed, as on exact counts, and in records of versions that did not record it.</summary>
    public IReadOnlyList<double>? P50Interval { get; init; }

    /// <summary>Ends of the bootstrap interval of <see cref="P99"/>; null as for <see cref="P50Interval"/>.</summary>
    public IReadOnlyList<double>? P99Interval { get; init; }

    /// <summary>The rig's noise on the clock, in <see cref="Unit"/>; null where it is not known.</summary>
    public double? Floor { get; init; }

    /// <summary>The median of the baseline that the samples are held against, in <see cref="Unit"/>; null where there is none.</summary>
    public double? Baseline { get; init; }

    /// <summary>The event of samples.</summary>
    /// <param name="of">Scenario, device, operation, unit, clock and provenance; its value says nothing.</param>
    /// <param name="values">At least one, each a number.</param>
    /// <param name="file">The file that holds every sample, relative to the run folder.</param>
    public static SamplesSummarized Of(SampleTaken of, IEnumerable<double> values, string file)
    {
        ArgumentNullException.ThrowIfNull(of);
        double[] sorted = [.. values.Order()];
        return new SamplesSummarized
        {
            Scenario = of.Scenario, Device = of.Device, Operation = of.Operation, N = sorted.Length, Min = sorted[0], P50 = OrderStatistics.Median(sorted),
            P99 = sorted.Length >= OrderStatistics.SamplesForP99 ? OrderStatistics.Percentile(sorted, 99) : null, Max = sorted[^1],
            IsExact = OrderStatistics.IsExact(sorted, of.Provenance), Unit = of.Unit, Clock = of.Clock, Provenance = of.Provenance, File = file,
        };
    }
}

/// <summary>The judgement of a budget on samples.</summary>
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

    /// <summary>The number of samples behind the statistic.</summary>
    public required int N { get; init; }

    /// <summary>The statistic's value, in <see cref="Unit"/>; not-a-number where there is none.</summary>
    public required double Observed { get; init; }

    /// <summary>The limit, in <see cref="Unit"/>.</summary>
    public required double Limit { get; init; }

    /// <summary>The unit of both.</summary>
    public required Unit Unit { get; init; }

    /// <summary>Provenance of the samples; where there are none, the provenance that the budget applies to.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary>The verdict: pass, fail or inconclusive.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>The reason why it is inconclusive, or a caveat on the number.</summary>
    public string? Reason { get; init; }
}

/// <summary>The end of a scenario.</summary>
public sealed record ScenarioFinished : RunEvent
{
    /// <summary>Its identifier.</summary>
    public required string Id { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>The verdict.</summary>
    public required Verdict Verdict { get; init; }

    /// <summary>Milliseconds by the host's clock.</summary>
    public double DurationMs { get; init; }

    /// <summary>The reason of the verdict; present unless it passed.</summary>
    public FailureDetail? Failure { get; init; }

    /// <summary>Transcripts of its devices, relative to the run folder.</summary>
    public IReadOnlyList<string> Transcripts { get; init; } = [];

    /// <summary>Names of the plugins that took part, so that its verdict is partly theirs; null where none did.</summary>
    public IReadOnlyList<string>? Plugins { get; init; }

    /// <summary>The parts that they played; null where none did, and in records of versions that did not tell.</summary>
    public IReadOnlyList<PluginPart>? PluginParts { get; init; }

    /// <summary>The same with the plugins that took part.</summary>
    /// <param name="parts">The parts they played; empty for none.</param>
    public ScenarioFinished With(IReadOnlyCollection<PluginPart> parts) => parts.Count == 0 ? this : this with
    {
        Plugins = [.. parts.Select(p => p.Plugin).Distinct().Order(StringComparer.Ordinal)],
        PluginParts = [.. parts.OrderBy(p => p.Plugin, StringComparer.Ordinal).ThenBy(p => p.Part, StringComparer.Ordinal)],
    };
}

/// <summary>The reason why a scenario did not pass.</summary>
/// <param name="Phase"><c>setup</c>, <c>given</c>, <c>when</c>, <c>then</c> or <c>teardown</c>.</param>
/// <param name="Step">The step with its keyword, where one ran.</param>
/// <param name="Item">The thing that was judged.</param>
/// <param name="Expected">The expected value or behaviour.</param>
/// <param name="Seen">The value or behaviour seen. Never a secret.</param>
/// <param name="Unit">The unit of both, if they are numbers.</param>
/// <param name="NextCommand">The next command to type, if one helps.</param>
public sealed record FailureDetail(
    string Phase, string? Step, string Item, string Expected, string Seen, string? Unit, string? NextCommand)
{
    /// <summary>The step's <c>path:line</c>; null where none ran, and in records of versions that did not record it.</summary>
    public string? At { get; init; }

    /// <summary>The sentence to add to the feature, where the scenario was unjudgeable because it is missing.</summary>
    public string? Add { get; init; }

    /// <summary>Gets the details that an exception carries.</summary>
    public static FailureDetail From(VerdictException e, string phase, string? step)
    {
        ArgumentNullException.ThrowIfNull(e);
        return new(phase, step, e.Item, e.Expected, e.Seen, e.Unit, e.NextCommand) { Add = (e as UnjudgeableException)?.Add };
    }
}
