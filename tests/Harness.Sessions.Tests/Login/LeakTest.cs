namespace Harness.Sessions.Tests.Login;

/// <summary>
/// Whether two lists of durations differ: Welch's t on the samples below a common cut, for five cuts (all, and the fastest 95, 90, 75
/// and 50 % of both lists together), as dudect does (Reparaz, Balasch, Verbauwhede 2017). Long tails hide a small shift; a common cut
/// takes them off both lists alike.
/// </summary>
internal static class LeakTest
{
    /// <summary>
    /// Above this a difference is taken for real: for lists without one, |t| passes 4.5 in 7 of 10^6 tests (dudect's threshold), so in
    /// fewer than 1 of 10,000 runs for five cuts and two steps.
    /// </summary>
    public const double Threshold = 4.5;

    private static readonly double[] Cuts = [1.0, 0.95, 0.90, 0.75, 0.50];

    /// <summary>The t of largest magnitude.</summary>
    public static double LargestT(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double[] pooled = [.. first.Concat(second).Order()];
        return Cuts.Select(cut => pooled[(int)(cut * (pooled.Length - 1))])
            .Select(limit => Welch([.. first.Where(v => v <= limit)], [.. second.Where(v => v <= limit)]))
            .MaxBy(Math.Abs);
    }

    private static double Welch(double[] a, double[] b)
    {
        if (a.Length < 2 || b.Length < 2)
        {
            // The cut parts them: all of the quicker list lies below it, none of the slower.
            return a.Length < b.Length ? double.PositiveInfinity : double.NegativeInfinity;
        }

        var error = Math.Sqrt((Variance(a) / a.Length) + (Variance(b) / b.Length));

        // Equal constants do not differ; unequal ones differ for certain.
        return error > 0 ? (a.Average() - b.Average()) / error : a.Average() == b.Average() ? 0 : double.PositiveInfinity;
    }

    private static double Variance(double[] values)
    {
        var mean = values.Average();
        return values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1);
    }
}

/// <summary>The judge is judged first: on made-up durations with a known answer.</summary>
public sealed class LeakTestTests
{
    [Test]
    public void Equal_distributions_with_a_long_tail_are_not_told_apart()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var random = new Random(seed);
            Assert.That(Math.Abs(LeakTest.LargestT(Draw(random, 5000, 0), Draw(random, 5000, 0))), Is.LessThan(LeakTest.Threshold), $"seed {seed}");
        }
    }

    [TestCase(3)]
    [TestCase(-3)]
    public void A_shift_of_a_third_of_the_spread_is_found_under_a_long_tail(double shift)
    {
        var random = new Random(7);
        var t = LeakTest.LargestT(Draw(random, 5000, 0), Draw(random, 5000, shift));
        Assert.That(Math.Abs(t), Is.GreaterThan(LeakTest.Threshold));
        Assert.That(Math.Sign(t), Is.EqualTo(-Math.Sign(shift)));
    }

    [Test]
    public void Lists_that_do_not_overlap_are_told_apart()
    {
        var random = new Random(7);
        Assert.That(LeakTest.LargestT(Draw(random, 100, 1e6), Draw(random, 100, 0)), Is.GreaterThan(LeakTest.Threshold));
        Assert.That(LeakTest.LargestT(Draw(random, 100, 0), Draw(random, 100, 1e6)), Is.LessThan(-LeakTest.Threshold));
    }

    // 500 +- 10 and, once in twenty, up to 20,000 more.
    private static double[] Draw(Random random, int count, double shift) => [.. Enumerable.Range(0, count).Select(_ =>
        500 + shift + (10 * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))
        + (random.Next(20) == 0 ? random.NextDouble() * 20_000 : 0))];
}
