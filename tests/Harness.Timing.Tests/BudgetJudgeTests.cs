using InconclusiveException = Harness.Record.InconclusiveException; // NUnit has one too

namespace Harness.Timing.Tests;

public sealed class BudgetJudgeTests
{
    private static readonly Budget FortyMs = Budget.Parse("seal", "40 ms");

    [TestCase(new[] { 10.0, 40.0 }, Verdict.Pass)]
    [TestCase(new[] { 10.0, 40.000001 }, Verdict.Fail)]
    public void The_limit_itself_is_within_the_budget(double[] values, Verdict verdict)
    {
        var judged = BudgetJudge.Judge(FortyMs, Any.Samples(values));
        Assert.That((judged.Verdict, judged.Reason), Is.EqualTo((verdict, (string?)null)));
        Assert.That((judged.Observed, judged.N, judged.Device), Is.EqualTo((values.Max(), 2, "nucleo")));
    }

    [TestCase("40 us", 0.04, Verdict.Pass)]
    [TestCase("40 us", 0.05, Verdict.Fail)]
    [TestCase("1 s", 999, Verdict.Pass)]
    public void Times_are_compared_in_the_budgets_unit(string limit, double milliseconds, Verdict verdict) =>
        Assert.That(BudgetJudge.Judge(Budget.Parse("seal", limit), Any.Samples([milliseconds])).Verdict, Is.EqualTo(verdict));

    [TestCase("5 ms at min", Verdict.Pass)]
    [TestCase("5 ms at p50", Verdict.Pass)]
    [TestCase("4 ms at p50", Verdict.Fail)]
    [TestCase("8 ms at p90", Verdict.Fail)]
    [TestCase("9 ms at p90", Verdict.Pass)]
    [TestCase("9 ms at max", Verdict.Fail)]
    public void The_named_statistic_is_judged(string limit, Verdict verdict) => Assert.That(
        BudgetJudge.Judge(Budget.Parse("seal", limit), Any.Samples([1, 2, 3, 4, 5, 5, 7, 8, 9, 10])).Verdict, Is.EqualTo(verdict));

    // Samples that do not match the budget are inconclusive with the reason, however small they are: never a pass.
    private static readonly TestCaseData[] Unfit =
    [
        new("40 ms", Array.Empty<Sample>(), "no samples of seal"),
        new("40 ms", Any.Samples([1], operation: "open"), "no samples of seal"),
        new("40 ms", Any.Samples([1], Unit.Cycles), "limit is in ms, the samples are in cycles"),
        new("40 cycles", Any.Samples([1], Unit.Ticks), "limit is in cycles, the samples are in ticks"),
        new("40 cycles on emulated-instructions", Any.Samples([1], Unit.Instructions, Provenance.EmulatedInstructions), "samples are in instructions"),
        new("40 ms on hardware", Any.Samples([1], provenance: Provenance.EmulatedCycles), "for hardware, the samples are emulated-cycles"),
        new("40 ms on hardware", Any.Samples([1], provenance: Provenance.EmulatedInstructions), "for hardware, the samples are emulated-instructions"),
        new("40 ms on hardware", Any.Samples([1], provenance: Provenance.Host), "for hardware, the samples are host"),
        new("40 ms on hardware", Any.Samples([1], provenance: Provenance.Unknown), "does not say \"machine: physical\""),
        new("40 ms", Any.Samples([1], provenance: Provenance.Unknown), "does not say \"machine: physical\""),
        new("40 cycles", Any.Samples([1], Unit.Cycles, Provenance.Unknown), "of unknown provenance"),
        new("40 ms on host", Any.Samples([1], provenance: Provenance.Unknown), "for host, the samples are unknown"),
        new("40 ms", Any.Samples([1], provenance: Provenance.EmulatedInstructions), "limit in ms says nothing about emulated-instructions"),
        new("40 ms", Any.Samples([1], provenance: Provenance.EmulatedCycles), "limit in ms says nothing about emulated-cycles"),
        new("40 cycles", Any.Samples([1], Unit.Cycles, Provenance.EmulatedInstructions), "limit in cycles says nothing about emulated-instructions"),
        new("40 instructions", Any.Samples([1], Unit.Instructions, Provenance.EmulatedCycles), "limit in instructions says nothing"),
        new("40 ms", new[] { Any.Samples([1])[0], Any.Samples([1], provenance: Provenance.Host)[0] }, "mix provenances: hardware, host"),
        new("40 ms", new[] { Any.Samples([1])[0], Any.Samples([1], clock: ClockKind.Trigger)[0] }, "mix clocks: device, trigger"),
        new("40 ms", new[] { Any.Samples([1])[0], Any.Samples([1], device: "pico")[0] }, "mix devices: nucleo, pico"),
        new("40 ms", new[] { Any.Samples([1])[0], Any.Samples([1], Unit.Ticks)[0] }, "samples are in ticks"),
        new("40 ms", Any.Samples([1, double.NaN]), "sample 2 is NaN"),
        new("40 ms", Any.Samples([-1]), "sample 1 is -1 ms"),
        new("40 ms", Any.Samples([double.NegativeInfinity]), "sample 1 is -Infinity"),
        new("40 ms at p99", Any.Samples(Enumerable.Repeat(1.0, 999)), "p99 of 999 samples, it needs 1000"),
    ];

    [TestCaseSource(nameof(Unfit))]
    public void A_case_that_does_not_fit_is_inconclusive_with_the_reason(string limit, Sample[] samples, string why)
    {
        var judged = BudgetJudge.Judge(Budget.Parse("seal", limit), samples);
        Assert.That(judged.Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(judged.Reason, Does.Contain(why));
    }

    [Test]
    public void A_limit_that_is_no_number_is_inconclusive([Values(double.NaN, double.PositiveInfinity, -1)] double limit) =>
        Assert.That(BudgetJudge.Judge(FortyMs with { Limit = limit }, Any.Samples([1])).Verdict, Is.EqualTo(Verdict.Inconclusive));

    [Test]
    public void Fewer_samples_than_the_budget_asks_for_are_inconclusive()
    {
        var judged = BudgetJudge.Judge(FortyMs with { MinimumSamples = 3 }, Any.Samples([1, 2]));
        Assert.That((judged.Verdict, judged.Reason), Is.EqualTo((Verdict.Inconclusive, "2 samples of seal, the budget asks for 3")));
    }

    [Test]
    public void A_p99_of_a_thousand_samples_forgives_one_in_a_hundred()
    {
        double[] Slow(int n) => [.. Enumerable.Repeat(1.0, 1000 - n), .. Enumerable.Repeat(100.0, n)];
        var budget = Budget.Parse("seal", "40 ms at p99");
        Assert.That(BudgetJudge.Judge(budget, Any.Samples(Slow(10))).Verdict, Is.EqualTo(Verdict.Pass));
        Assert.That(BudgetJudge.Judge(budget, Any.Samples(Slow(11))).Verdict, Is.EqualTo(Verdict.Fail));
    }

    [Test]
    public void A_p99_of_few_samples_fails_where_the_median_is_over_the_limit_already()
    {
        var judged = BudgetJudge.Judge(Budget.Parse("seal", "40 ms at p99"), Any.Samples([1, 50, 60]));
        Assert.That(judged.Verdict, Is.EqualTo(Verdict.Fail));
        Assert.That(judged.Reason, Does.Contain("p99 of 3 samples"));
    }

    [TestCase(16900, Verdict.Pass)]
    [TestCase(16899, Verdict.Fail)]
    public void Three_equal_values_of_an_exact_clock_are_complete_also_for_a_p99(double limit, Verdict verdict)
    {
        var budget = new Budget("seal", limit, Unit.Instructions, Statistic.P99, null);
        var samples = Any.Samples([16900, 16900, 16900], Unit.Instructions, Provenance.EmulatedInstructions);
        Assert.That(BudgetJudge.Judge(budget, samples).Verdict, Is.EqualTo(verdict));
        Assert.That(BudgetJudge.Judge(budget, samples[..2]).Verdict, Is.Not.EqualTo(Verdict.Pass), "two are not complete");
    }

    [Test]
    public void Ticks_are_judged_wherever_they_come_from([Values] Provenance provenance) => Assert.That(
        BudgetJudge.Judge(Budget.Parse("seal", "40 ticks"), Any.Samples([39], Unit.Ticks, provenance)).Verdict, Is.EqualTo(Verdict.Pass));

    [Test]
    public void A_judgement_becomes_an_event_also_without_samples()
    {
        var e = BudgetJudge.Judge(Budget.Parse("seal", "40 ms at p50 on hardware"), []).ToEvent("f.feature:3", "nucleo");
        Assert.That((e.Scenario, e.Device, e.Operation, e.Statistic, e.N, e.Limit), Is.EqualTo(("f.feature:3", "nucleo", "seal", "p50", 0, 40.0)));
        Assert.That((e.Verdict, e.Provenance, double.IsNaN(e.Observed)), Is.EqualTo((Verdict.Inconclusive, Provenance.Hardware, true)));
        Assert.That(e.Reason, Is.Not.Null);
    }

    [Test]
    public void A_judgement_throws_what_its_verdict_asks_for()
    {
        Assert.That(() => BudgetJudge.Judge(FortyMs, Any.Samples([1])).ThrowUnlessPassed("nucleo"), Throws.Nothing);
        var failed = Assert.Throws<CheckFailedException>(() => BudgetJudge.Judge(FortyMs, Any.Samples([41.5])).ThrowUnlessPassed("nucleo"));
        Assert.That(
            (failed.Item, failed.Expected, failed.Seen, failed.Unit),
            Is.EqualTo(("max of seal of nucleo", "at most 40 ms", "41.5 ms", (string?)null)));
        var unjudged = Assert.Throws<InconclusiveException>(() => BudgetJudge.Judge(FortyMs, []).ThrowUnlessPassed("nucleo"));
        Assert.That((unjudged.Item, unjudged.Expected, unjudged.Seen),
            Is.EqualTo(("max of seal of nucleo", "at most 40 ms", "there are no samples of seal")));
    }

    [TestCase(40.0, Verdict.Pass)]
    [TestCase(50.0, Verdict.Inconclusive)]
    public void A_limit_finer_than_the_floor_is_not_judged(double floor, Verdict verdict)
    {
        var seen = BudgetJudge.Judge(FortyMs, Any.Samples([1]), new Floor(ClockKind.Device, floor, Unit.Milliseconds, "p99 of 500 empty operations"));
        Assert.That(seen.Verdict, Is.EqualTo(verdict));
        Assert.That(seen.Reason, verdict == Verdict.Pass ? Is.Null : Does.Contain("finer than the floor"));
    }

    [Test]
    public void Too_few_samples_for_the_budget_are_inconclusive()
    {
        var budget = Budget.Parse("seal", "40 ms at p50 over 100 samples");
        Assert.That(BudgetJudge.Judge(budget, Any.Samples(Enumerable.Repeat(1.0, 99))).Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(BudgetJudge.Judge(budget, Any.Samples(Enumerable.Repeat(1.0, 100))).Verdict, Is.EqualTo(Verdict.Pass));
    }

    [Test]
    public void Three_equal_exact_counts_are_complete_whatever_number_was_asked_for()
    {
        var budget = Budget.Parse("seal", "40 cycles at p99 over 1000 samples");
        Assert.That(BudgetJudge.Judge(budget, Any.Samples([39, 39, 39], Unit.Cycles, Provenance.EmulatedCycles)).Verdict, Is.EqualTo(Verdict.Pass));
        Assert.That(BudgetJudge.Judge(budget, Any.Samples([39, 39], Unit.Cycles, Provenance.EmulatedCycles)).Verdict, Is.EqualTo(Verdict.Inconclusive));
        Assert.That(BudgetJudge.Judge(budget, Any.Samples([39, 39, 38], Unit.Cycles, Provenance.EmulatedCycles)).Verdict, Is.EqualTo(Verdict.Inconclusive));
    }
}
