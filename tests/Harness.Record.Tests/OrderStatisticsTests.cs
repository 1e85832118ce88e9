namespace Harness.Record.Tests;

public sealed class OrderStatisticsTests
{
    private static readonly double[] Hundred = [.. Enumerable.Range(1, 100).Select(i => (double)i)];

    [TestCase(new[] { 5.0 }, 5)]
    [TestCase(new[] { 1.0, 2.0 }, 1.5)]
    [TestCase(new[] { 1.0, 2.0, 9.0 }, 2)]
    [TestCase(new[] { 1.0, 2.0, 4.0, 9.0 }, 3)]
    public void The_median_is_the_middle(double[] sorted, double median) =>
        Assert.That(OrderStatistics.Median(sorted), Is.EqualTo(median));

    [TestCase(1, 1)]
    [TestCase(50, 50)]
    [TestCase(90, 90)]
    [TestCase(99, 99)]
    [TestCase(100, 100)]
    public void A_percentile_is_the_nearest_rank(int percent, double expected) =>
        Assert.That(OrderStatistics.Percentile(Hundred, percent), Is.EqualTo(expected));

    [Test]
    public void A_percentile_of_few_values_rounds_up_to_one_that_was_seen() =>
        Assert.That(OrderStatistics.Percentile([1, 2, 3], 90), Is.EqualTo(3));

    [Test]
    public void The_deviation_is_the_median_distance_from_the_median() =>
        Assert.That(OrderStatistics.MedianAbsoluteDeviation([1, 1, 2, 2, 4, 6, 9]), Is.EqualTo(1));

    [TestCase(Provenance.EmulatedCycles, true)]
    [TestCase(Provenance.EmulatedInstructions, true)]
    [TestCase(Provenance.Hardware, false)]
    [TestCase(Provenance.Host, false)]
    public void Three_equal_values_are_complete_on_exact_provenance_only(Provenance provenance, bool exact)
    {
        Assert.That(OrderStatistics.IsExact([7, 7, 7], provenance), Is.EqualTo(exact));
        Assert.That(OrderStatistics.IsExact([7, 7], provenance), Is.False);
        Assert.That(OrderStatistics.IsExact([7, 7, 8], provenance), Is.False);
    }

    [Test]
    public void Nothing_has_no_statistics()
    {
        Assert.That(() => OrderStatistics.Median([]), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => OrderStatistics.Percentile([], 50), Throws.InstanceOf<ArgumentException>());
    }
}
