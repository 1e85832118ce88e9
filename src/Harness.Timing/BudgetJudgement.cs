namespace Harness.Timing;

/// <summary>The result of judging a budget.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Verdict">Pass, fail or inconclusive.</param>
/// <param name="Reason">The reason why it is inconclusive, or a caveat on the number; else null.</param>
/// <param name="Device">The device whose samples were judged; empty where there were none.</param>
/// <param name="Observed">The statistic in the budget's unit; not-a-number where it could not be computed.</param>
/// <param name="N">The number of samples of the operation.</param>
/// <param name="Provenance">The provenance of the samples, if they have one in common.</param>
public sealed record BudgetJudgement(
    Budget Budget, Verdict Verdict, string? Reason, string Device, double Observed, int N, Provenance? Provenance)
{
    /// <summary>Makes the event that records the judgement.</summary>
    /// <param name="scenario">The scenario's identifier.</param>
    /// <param name="device">The device that the budget is for; it names the judgement also where there was no sample.</param>
    public BudgetJudged ToEvent(string scenario, string device) => new()
    {
        Scenario = scenario,
        Device = device,
        Operation = Budget.Operation,
        Statistic = Budget.Statistic.Word(),
        N = N,
        Observed = Observed,
        Limit = Budget.Limit,
        Unit = Budget.Unit,
        Provenance = Provenance ?? Budget.On ?? Record.Provenance.Host,
        Verdict = Verdict,
        Reason = Reason,
    };

    /// <summary>Throws the exception of the verdict; does nothing on a pass.</summary>
    /// <param name="device">The device that the budget is for.</param>
    /// <exception cref="CheckFailedException">The limit is exceeded.</exception>
    /// <exception cref="InconclusiveException">It cannot be judged, with the reason.</exception>
    public void ThrowUnlessPassed(string device)
    {
        var item = $"{Budget.Statistic.Word()} of {Budget.Operation} of {device}";
        var limit = $"at most {ReadableNumber.Format(Budget.Limit, Budget.Unit)}";
        if (Verdict == Verdict.Fail)
        {
            throw new CheckFailedException(
                item,
                limit,
                ReadableNumber.FormatBeside(Observed, Budget.Limit, Budget.Unit) + (Reason is null ? "" : $" ({Reason})"));
        }

        if (Verdict != Verdict.Pass)
        {
            throw new InconclusiveException(item, limit, Reason ?? "nothing to judge");
        }
    }
}
