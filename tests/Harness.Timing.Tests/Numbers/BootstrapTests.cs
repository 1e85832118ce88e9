namespace Harness.Timing.Tests.Numbers;

public sealed class BootstrapTests
{
    [Test]
    public void A_seed_gives_the_same_interval_again_and_another_seed_another()
    {
        var values = Draw(1, 501);
        var first = Bootstrap.Median(values, new SeededRandom(7));
        Assert.That(Bootstrap.Median(values, new SeededRandom(7)), Is.EqualTo(first));
        Assert.That(Enumerable.Range(8, 20).Select(seed => Bootstrap.Median(values, new SeededRandom((ulong)seed))), Has.Some.Not.EqualTo(first));
    }

    [TestCase(50, 40)]
    [TestCase(50, 41)]
    [TestCase(99, 200)]
    [TestCase(90, 33)]
    public void One_draw_of_a_Beta_is_one_resample(int percent, int n)
    {
        // The same interval by drawing n of n many times: the ends may differ by a neighbouring value, not by more.
        var values = Draw(3, n);
        var random = new Random(1);
        var resampled = Enumerable.Range(0, 20_000).Select(_ =>
        {
            var drawn = Enumerable.Range(0, n).Select(_ => values[random.Next(n)]).Order().ToArray();
            return percent == 50 ? OrderStatistics.Median(drawn) : OrderStatistics.Percentile(drawn, percent);
        }).Order().ToArray();
        var (low, high) = (resampled[500], resampled[^501]);
        var quick = percent == 50 ? Bootstrap.Median(values, new SeededRandom(5)) : Bootstrap.Percentile(values, percent, new SeededRandom(5));
        Assert.That((Between(values, low, quick.Low), Between(values, high, quick.High)), Is.EqualTo((true, true)), $"{low}..{high} against {quick}");
    }

    [Test]
    public void The_interval_of_the_median_holds_the_true_one_about_as_often_as_it_says()
    {
        var held = Enumerable.Range(1, 400).Count(seed => Bootstrap.Median(Draw((ulong)seed, 200), new SeededRandom(9)) is { Low: <= 0, High: >= 0 });
        Assert.That(held / 400.0, Is.InRange(0.91, 0.985));
    }

    [Test]
    public void The_ratio_of_medians_is_found_with_its_interval()
    {
        double[] first = [.. Draw(1, 1000).Select(v => 100 + v).Order()], second = [.. Draw(2, 1000).Select(v => 120 + v).Order()];
        var interval = Bootstrap.RatioOfMedians(first, second, new SeededRandom(1));
        Assert.That(interval is { Low: <= 1.2, High: >= 1.2 }, Is.True, interval.ToString());
        Assert.That(interval.High - interval.Low, Is.LessThan(0.01));
    }

    [Test]
    public void Equal_values_have_an_interval_of_no_width() =>
        Assert.That(Bootstrap.Percentile([5, 5, 5, 5], 99, new SeededRandom(1)), Is.EqualTo(new Interval(5, 5, 0.95)));

    [Test]
    public void Nothing_has_no_interval() => Assert.That(() => Bootstrap.Median([], new SeededRandom(1)), Throws.InstanceOf<ArgumentException>());

    [Test]
    public void The_generator_is_the_published_one()
    {
        // xoshiro256** after SplitMix64 from 0, from an independent transcription in another language.
        var random = new SeededRandom(0);
        Assert.That(
            new[] { random.NextBits(), random.NextBits(), random.NextBits() },
            Is.EqualTo(new[] { 0x99EC5F36CB75F2B4UL, 0xBF6E1F784956452AUL, 0x1A5F849D4933E6E0UL }));
    }

    [Test]
    public void Draws_of_a_Beta_have_its_mean_and_variance()
    {
        var random = new SeededRandom(11);
        var draws = Enumerable.Range(0, 50_000).Select(_ => random.NextBeta(30, 10)).ToArray();
        var mean = draws.Average();
        Assert.That(mean, Is.EqualTo(0.75).Within(0.002));
        Assert.That(draws.Average(d => (d - mean) * (d - mean)), Is.EqualTo(300.0 / (1600 * 41)).Within(0.0002));
    }

    [Test]
    public void The_interval_of_a_mean_is_as_wide_as_its_standard_error()
    {
        var values = Draw(9, 400);
        var mean = values.Average();
        var error = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)) / values.Length);
        var interval = Bootstrap.Mean(values, new SeededRandom(2));
        Assert.That(interval.Low, Is.EqualTo(mean - (1.96 * error)).Within(0.15 * error));
        Assert.That(interval.High, Is.EqualTo(mean + (1.96 * error)).Within(0.15 * error));
        Assert.That(Bootstrap.Mean([4, 4, 4], new SeededRandom(2)), Is.EqualTo(new Interval(4, 4, 0.95)));
    }

    private static bool Between(double[] sorted, double a, double b) => sorted.Count(v => v > Math.Min(a, b) && v < Math.Max(a, b)) <= 1;

    private static double[] Draw(ulong seed, int n)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, n).Select(_ => random.NextNormal()).Order()];
    }
}
