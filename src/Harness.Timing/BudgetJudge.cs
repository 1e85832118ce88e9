namespace Harness.Timing;

/// <summary>
/// Judges a budget on samples. Any mismatch (no samples, another unit, another provenance, mixed sources, too few for
/// the statistic) is inconclusive with the reason, never a pass (README.md, section "Time").
/// </summary>
public static class BudgetJudge
{
    private const string UnknownMachine =
        "the samples are of unknown provenance: the board's machine may be a virtual one, and the rig file does not say \"machine: physical\"";

    /// <summary>Judges one budget on the samples of one device and one clock; samples of other operations are ignored.</summary>
    /// <param name="budget">The budget.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="floor">The clock's noise, where it was calibrated: a limit finer than the noise is not judged.</param>
    public static BudgetJudgement Judge(Budget budget, IReadOnlyList<Sample> samples, Floor? floor = null)
    {
        ArgumentNullException.ThrowIfNull(budget);
        ArgumentNullException.ThrowIfNull(samples);
        var own = samples.Where(s => s.Operation == budget.Operation).ToArray();
        var device = own.Length > 0 ? own[0].Device : "";
        Provenance? provenance = own.Length > 0 && own.All(s => s.Provenance == own[0].Provenance) ? own[0].Provenance : null;

        BudgetJudgement Inconclusive(string reason, double observed = double.NaN) =>
            new(budget, Verdict.Inconclusive, reason, device, observed, own.Length, provenance);

        if (!double.IsFinite(budget.Limit) || budget.Limit < 0)
        {
            return Inconclusive($"the limit is {budget.Limit.ToString(CultureInfo.InvariantCulture)}, expected a number of 0 or more");
        }

        if (floor?.IsAbove(budget.Limit, budget.Unit) == true)
        {
            return Inconclusive($"the limit is finer than the floor of the {floor.Clock.Word()} clock, {floor}");
        }

        if (Unfit(budget, own) is { } unfit)
        {
            return Inconclusive(unfit);
        }

        var values = new double[own.Length];
        for (var i = 0; i < own.Length; i++)
        {
            if (!new Quantity(own[i].Value, own[i].Unit).TryConvert(budget.Unit, out var converted))
            {
                return Inconclusive($"the limit is in {budget.Unit.Symbol()}, the samples are in {own[i].Unit.Symbol()}");
            }

            if (!double.IsFinite(converted.Value) || converted.Value < 0)
            {
                return Inconclusive($"sample {i + 1} is {own[i].Value.ToString(CultureInfo.InvariantCulture)} {own[i].Unit.Symbol()}, which nothing can take");
            }

            values[i] = converted.Value;
        }

        var summary = SampleSummary.Of(values, own[0].Provenance);
        var observed = summary[budget.Statistic];
        if (budget.Statistic == Statistic.P99 && summary.P99IsMarked)
        {
            // Too few for a p99. One conclusion is certain all the same: if half of them exceed the limit, so does the p99.
            var mark = $"p99 of {summary.N} samples, it needs {OrderStatistics.SamplesForP99}";
            return summary.P50 > budget.Limit
                ? new(budget, Verdict.Fail, $"{mark}; the median is over the limit already", device, observed, summary.N, provenance)
                : Inconclusive(mark, observed);
        }

        return new(
            budget, observed <= budget.Limit ? Verdict.Pass : Verdict.Fail, null, device, observed, summary.N, provenance);
    }

    private static string? Unfit(Budget budget, Sample[] own)
    {
        if (own.Length == 0)
        {
            return $"there are no samples of {budget.Operation}";
        }

        // Three equal exact counts are complete: a thousand more would be equal too.
        double[] sorted = [.. own.Select(s => s.Value).Order()];
        if (own.Length < budget.MinimumSamples && !OrderStatistics.IsExact(sorted, own[0].Provenance))
        {
            return $"{own.Length} samples of {budget.Operation}, the budget asks for {budget.MinimumSamples}";
        }

        return Mixed("devices", own.Select(s => s.Device))
            ?? Mixed("clocks", own.Select(s => s.Clock.Word()))
            ?? Mixed("provenances", own.Select(s => s.Provenance.Word()))
            ?? WrongProvenance(budget, own[0]);
    }

    private static string? Mixed(string what, IEnumerable<string> of)
    {
        var different = of.Distinct().ToArray();
        return different.Length > 1 ? $"the samples mix {what}: {string.Join(", ", different)}" : null;
    }

    private static string? WrongProvenance(Budget budget, Sample first)
    {
        var seen = first.Provenance;
        if (budget.On is { } on)
        {
            return on == seen ? null : seen == Provenance.Unknown && on == Provenance.Hardware ? UnknownMachine : $"the budget is for {on.Word()}, the samples are {seen.Word()}";
        }

        var fits = budget.Unit switch
        {
            Unit.Cycles => seen is Provenance.Hardware or Provenance.EmulatedCycles,
            Unit.Instructions => seen is Provenance.Hardware or Provenance.EmulatedInstructions,
            _ when budget.Unit.IsTime() => seen is Provenance.Hardware or Provenance.Host,
            _ => true,
        };
        return fits ? null : seen == Provenance.Unknown ? UnknownMachine : $"a limit in {budget.Unit.Symbol()} says nothing about {seen.Word()} samples";
    }
}
