namespace Harness.Timing.Tests.Numbers;

public sealed class HistogramTests
{
    [Test]
    public void Every_sample_is_in_it()
    {
        var random = new SeededRandom(1);
        var histogram = Histogram.Of([.. Enumerable.Range(0, 1234).Select(_ => Math.Exp(random.NextNormal())).Order()]);
        Assert.That(histogram.Counts.Sum() + histogram.Above, Is.EqualTo(1234));
        Assert.That(histogram.Above, Is.EqualTo(12));
    }

    [Test]
    public void Samples_far_above_the_rest_are_reported_with_the_largest()
    {
        var text = Histogram.Of([.. Enumerable.Range(0, 1000).Select(i => i < 999 ? 100 + (i % 10) : 5e6)]).Render(Unit.Nanoseconds);
        Assert.That(text, Does.Match(@"(?m)^ +above +1 #$").And.Contain("up to 5 ms"));
    }

    [Test]
    public void Equal_values_are_one_line() =>
        Assert.That(Histogram.Of([7, 7, 7]).Render(Unit.Cycles), Is.EqualTo("            7 cycles        3 " + new string('#', 50)));

    [Test]
    public void Edges_of_narrow_bins_far_from_zero_differ()
    {
        var lines = Histogram.Of([.. Enumerable.Range(0, 1000).Select(i => 13_113_731.0 + (i % 16))]).Render(Unit.Instructions).Split('\n');
        Assert.That(lines.Select(line => line[..20]), Is.Unique);
    }
}
