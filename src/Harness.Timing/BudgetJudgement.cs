using Harness.Record;

namespace Harness.Timing;

/// <summary>What a budget came to.</summary>
/// <param name="Budget">The budget.</param>
/// <param name="Verdict">Pass, fail or inconclusive.</param>
/// <param name="Reason">Why it is inconclusive, or a mark on the number; else null.</param>
/// <param name="Device">The device whose samples were judged; empty where there were none.</param>
/// <param name="Observed">The statistic in the budget's unit; not-a-number where it could not be taken.</param>
/// <param name="N">How many samples of the operation there were.</param>
/// <param name="Provenance">Where they come from, if from one place.</param>
public sealed record BudgetJudgement(
    Budget Budget, Verdict Verdict, string? Reason, string Device, double Observed, int N, Provenance? Provenance)
{
    /// <summary>The event that records it.</summary>
    /// <param name="scenario">The scenario's identifier.</param>
    /// <param name="device">The device that was asked; it names the judgement also where no sample came.</param>
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

    /// <summary>Throws what the verdict asks for, so that a step needs one line; nothing on a pass.</summary>
    /// <param name="device">The device that was asked.</param>
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
