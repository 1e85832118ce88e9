namespace Harness.Timing.Tests;

public sealed class SampleSummaryTests
{
    [Test]
    public void A_summary_holds_the_numbers_whatever_the_order()
    {
        var summary = SampleSummary.Of(Enumerable.Range(1, 1000).Reverse().Select(i => (double)i), Provenance.Hardware);
        Assert.That(summary, Is.EqualTo(new SampleSummary(1000, 1, 500.5, 900, 990, 1000, 250, IsExact: false)));
    }

    [TestCase(999, true)]
    [TestCase(1000, false)]
    public void A_p99_below_a_thousand_samples_is_marked(int n, bool marked) =>
        Assert.That(SampleSummary.Of(Enumerable.Repeat(1.0, n), Provenance.Hardware).P99IsMarked, Is.EqualTo(marked));

    [Test]
    public void An_exact_summary_needs_no_mark()
    {
        var summary = SampleSummary.Of([7, 7, 7], Provenance.EmulatedCycles);
        Assert.That((summary.IsExact, summary.P99IsMarked, summary.Mad), Is.EqualTo((true, false, 0.0)));
    }

    [Test]
    public void The_indexer_gives_each_statistic()
    {
        var summary = new SampleSummary(9, 1, 2, 3, 4, 5, 6, false);
        Assert.That(
            new[] { Statistic.Min, Statistic.Median, Statistic.P90, Statistic.P99, Statistic.Max }.Select(s => summary[s]),
            Is.EqualTo(new[] { 1.0, 2, 3, 4, 5 }));
    }

    [Test]
    public void Nothing_and_no_numbers_have_no_summary()
    {
        Assert.That(() => SampleSummary.Of([], Provenance.Hardware), Throws.ArgumentException);
        Assert.That(() => SampleSummary.Of([1, double.NaN], Provenance.Hardware), Throws.ArgumentException);
    }
}
