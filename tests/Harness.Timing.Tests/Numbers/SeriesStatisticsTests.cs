namespace Harness.Timing.Tests.Numbers;

public sealed class SeriesStatisticsTests
{
    [Test]
    public void A_complete_exact_set_has_no_percentiles_to_give_intervals_for()
    {
        var statistics = SeriesStatistics.Of([7, 7, 7], Provenance.EmulatedCycles);
        Assert.That((statistics.Summary.IsExact, statistics.P50, statistics.P99), Is.EqualTo((true, default(Interval?), default(Interval?))));
    }

    [Test]
    public void Equal_times_of_a_host_are_not_complete() => Assert.That(SeriesStatistics.Of([7, 7, 7], Provenance.Host).P50, Is.EqualTo(new Interval(7, 7, 0.95)));

    [Test]
    public void The_order_of_samples_does_not_matter()
    {
        double[] values = [3, 1, 2, 9, 5, 4, 8];
        Assert.That(
            SeriesStatistics.Of(values, Provenance.Host).P50, Is.EqualTo(SeriesStatistics.Of([.. values.Reverse()], Provenance.Host).P50));
    }

    [Test]
    public void A_million_samples_need_no_more_than_a_hundred_megabytes()
    {
        var random = new SeededRandom(1);
        double[] values = [.. Enumerable.Range(0, 1_000_000).Select(_ => 100 + (10 * random.NextNormal()))];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var statistics = SeriesStatistics.Of(values, Provenance.Host);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.That(allocated, Is.LessThan(100_000_000 - (8 * values.Length)), "all ever allocated, collected or not, and the samples themselves");
        Assert.That((statistics.Summary.N, statistics.P50!.Value is { Low: <= 100, High: >= 100 }), Is.EqualTo((1_000_000, true)));
    }
}
