namespace Harness.Timing.Tests;

public sealed class BudgetTests
{
    [TestCase("40 ms", 40, Unit.Milliseconds, Statistic.Max, null)]
    [TestCase("1.5 million instructions", 1_500_000, Unit.Instructions, Statistic.Max, null)]
    [TestCase("900000 instructions", 900_000, Unit.Instructions, Statistic.Max, null)]
    [TestCase("at most 1.5 ms at p99", 1.5, Unit.Milliseconds, Statistic.P99, null)]
    [TestCase("At most 1.5 ms at P99 on Hardware", 1.5, Unit.Milliseconds, Statistic.P99, Provenance.Hardware)]
    [TestCase("173505 cycles on emulated-cycles", 173_505, Unit.Cycles, Statistic.Max, Provenance.EmulatedCycles)]
    [TestCase(" 2 us at median ", 2, Unit.Microseconds, Statistic.Median, null)]
    [TestCase("0 ticks at min", 0, Unit.Ticks, Statistic.Min, null)]
    public void Words_become_a_budget(string words, double limit, Unit unit, Statistic statistic, Provenance? on) =>
        Assert.That(Budget.Parse("seal", words), Is.EqualTo(new Budget("seal", limit, unit, statistic, on)));

    [Test]
    public void Samples_clock_and_provenance_are_read_in_this_order()
    {
        var budget = Budget.Parse("seal", "at most 40 ms at p99 over 1000 samples by the trigger clock on hardware");
        Assert.That(budget, Is.EqualTo(new Budget("seal", 40, Unit.Milliseconds, Statistic.P99, Provenance.Hardware) { MinimumSamples = 1000, Clock = ClockKind.Trigger }));
        Assert.That(Budget.Parse("seal", budget.ToString()["seal: ".Length..]), Is.EqualTo(budget));
        Assert.That(Budget.Parse("seal", "40 ms over 1 sample").MinimumSamples, Is.EqualTo(1));
    }

    [TestCase("40 ms over no samples", "not a number of samples")]
    [TestCase("40 ms by the kitchen clock", "not a clock")]
    [TestCase("", "is not a quantity")]
    [TestCase("at most", "is not a quantity")]
    [TestCase("forty ms", "is not a quantity")]
    [TestCase("40", "unit is missing")]
    [TestCase("-1 ms", "limit of 0 or more")]
    [TestCase("40 ms at p75", "\"p75\" is not a statistic")]
    [TestCase("40 ms on silicon", "\"silicon\" is not a provenance")]
    [TestCase("40 ms at p99 at p99", "is not a quantity")]
    public void Other_words_are_refused_with_the_reason(string words, string why) =>
        Assert.That(() => Budget.Parse("seal", words), Throws.TypeOf<FormatException>().With.Message.Contains(why));

    [TestCase("40 ms")]
    [TestCase("1.5 ms at p99 on hardware")]
    public void A_budget_reads_back_as_it_is_written(string words)
    {
        var budget = Budget.Parse("seal", words);
        Assert.That(Budget.Parse("seal", budget.ToString()["seal: ".Length..]), Is.EqualTo(budget));
    }

    [Test]
    public void Every_statistic_reads_back([Values] Statistic statistic) =>
        Assert.That(StatisticNames.Parse(statistic.Word()), Is.EqualTo(statistic));
}
