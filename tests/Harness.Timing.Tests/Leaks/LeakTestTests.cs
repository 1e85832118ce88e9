namespace Harness.Timing.Tests.Leaks;

/// <summary>Tests the leak test itself on made-up durations with a known answer.</summary>
public sealed class LeakTestTests
{
    [Test]
    public void Equal_distributions_with_a_long_tail_are_not_told_apart()
    {
        for (var seed = 1UL; seed <= 20; seed++)
        {
            Assert.That(Judge(Draw(seed, 0), Draw(seed + 100, 0), Draw(seed + 200, 0)).Kind, Is.EqualTo(LeakKind.NotFound), $"seed {seed}");
        }
    }

    [TestCase(3)]
    [TestCase(-3)]
    public void A_shift_of_a_third_of_the_spread_is_found_under_a_long_tail(double shift)
    {
        var seen = Judge(Draw(1, 0), Draw(2, shift), Draw(3, 0));
        Assert.That((seen.Kind, Math.Sign(seen.T.T)), Is.EqualTo((LeakKind.Found, -Math.Sign(shift))), seen.Description);
        Assert.That(seen.Description, Does.StartWith("LEAK").And.Contain("5000"));
    }

    [Test]
    public void A_control_that_differs_from_itself_decides_nothing() =>
        Assert.That(Judge(Draw(1, 0), Draw(2, 9), Draw(3, 9)).Kind, Is.EqualTo(LeakKind.Undecided));

    [Test]
    public void A_difference_finer_than_the_noise_of_one_sample_is_found_by_many()
    {
        var floor = new Floor(ClockKind.Host, 50, Unit.Nanoseconds, "empty");
        Assert.That(LeakTest.Judge(Samples(Draw(1, 0), Draw(2, 5), Draw(3, 0)) with { Floor = floor }).Kind, Is.EqualTo(LeakKind.Found));
    }

    [Test]
    public void A_branch_taken_once_in_twenty_is_found_though_the_medians_are_one()
    {
        var random = new SeededRandom(9);
        double[] Branch(double more) => [.. Enumerable.Range(0, 5000).Select(_ => 1000 + random.NextBelow(3) + (random.NextBelow(20) == 0 ? more : 0))];
        var seen = Judge(Branch(0), Branch(20), Branch(0));
        Assert.That((seen.Kind, seen.Difference), Is.EqualTo((LeakKind.Found, 0.0)), seen.Description);
        Assert.That(seen.Description, Does.Contain("-1.").And.Contain(" ns apart"), "20 ns once in twenty are 1 on average");
    }

    [Test]
    public void Scatter_alone_is_found_by_the_second_order()
    {
        var random = new SeededRandom(11);
        double[] first = [.. Enumerable.Range(0, 2000).Select(_ => 500 + (10 * random.NextNormal()))];
        double[] second = [.. Enumerable.Range(0, 2000).Select(_ => 500 + (14 * random.NextNormal()))];
        Assert.That(Math.Abs(WelchTest.T(first, second)), Is.LessThan(LeakTest.Threshold));
        Assert.That(WelchTest.TOfSquares(first, second), Is.LessThan(-LeakTest.DefiniteThreshold));
        Assert.That((WelchTest.Largest(first, second).Order, WelchTest.Largest(first, second).T < 0), Is.EqualTo((2, true)));
    }

    [TestCase(100, false, 4000)]
    [TestCase(100, true, 4000)]
    [TestCase(500, true, 1000)]
    [TestCase(2000, false, 300)]
    public void Lists_without_a_difference_seldom_reach_the_threshold(int samples, bool tailed, int tests)
    {
        var random = new SeededRandom((ulong)samples);
        double One() => (10 * random.NextNormal()) + (tailed && random.NextBelow(20) == 0 ? random.NextUnit() * 20_000 : 0);
        double[] Some() => [.. Enumerable.Range(0, samples).Select(_ => One())];
        Assert.That(Enumerable.Range(0, tests).Count(_ => Math.Abs(WelchTest.Largest(Some(), Some()).T) > LeakTest.Threshold), Is.LessThanOrEqualTo(2));
    }

    [Test]
    public void A_difference_of_the_stated_detectable_size_is_detected()
    {
        for (var seed = 1UL; seed <= 10; seed++)
        {
            var (first, second) = (Draw(seed, 0), Draw(seed + 100, 0));
            var test = Judge(first, second, Draw(seed + 200, 0));
            Assert.That(test.Resolves, Is.InRange(0.3, 3.0), test.Description);
            double T(double shift) => Math.Abs(WelchTest.Largest(first, [.. second.Select(v => v + shift)]).T);
            Assert.That(T(test.Resolves), Is.GreaterThanOrEqualTo(LeakTest.Threshold));
            Assert.That(T(-test.Resolves), Is.GreaterThanOrEqualTo(LeakTest.Threshold));
            Assert.That(Math.Min(T(0.9 * test.Resolves), T(-0.9 * test.Resolves)), Is.LessThan(LeakTest.Threshold));
            Assert.That(test.Description, Does.Contain("would have shown").And.Contain("% of"));
        }
    }

    [Test]
    public void The_detectable_difference_of_a_coarse_clock_is_no_finer_than_its_samples()
    {
        // The same durations by a clock of steps of 1 ns and of 16: the smallest visible difference grows, and is never less than a sample can show.
        double Resolved(double step)
        {
            double[] Coarse(ulong seed) => [.. Draw(seed, 0).Select(v => Math.Floor(v / step) * step)];
            var resolves = WelchTest.Resolves(Coarse(1), Coarse(2), LeakTest.Threshold);
            Assert.That(WelchTest.Resolves([.. Coarse(1).Select(v => v / 7)], [.. Coarse(2).Select(v => v / 7)], LeakTest.Threshold), Is.EqualTo(resolves / 7).Within(20).Percent);
            return resolves;
        }

        var (fine, coarse) = (Resolved(1), Resolved(16));
        Assert.That(fine, Is.InRange(0.5, 2.0), "a spread of 10 over 5000 samples, cropped");
        Assert.That(coarse, Is.InRange(fine, 3 * fine));
        double[] constant = [.. Enumerable.Repeat(5.0, 200)];
        Assert.That(WelchTest.Resolves(constant, constant, LeakTest.Threshold), Is.InRange(0.01, 1.0));
    }

    [Test]
    public void Samples_that_resolve_no_tenth_are_no_pass()
    {
        var random = new SeededRandom(5);
        double[] Wide() => [.. Enumerable.Range(0, 150).Select(_ => 1000 + (900 * random.NextUnit()))];
        var test = Judge(Wide(), Wide(), Wide());
        Assert.That((test.Kind, test.Verdict), Is.EqualTo((LeakKind.Undecided, Verdict.Inconclusive)), test.Description);
        Assert.That(test.Description, Does.Contain("take more samples"));
    }

    [Test]
    public void Lists_that_do_not_overlap_are_told_apart()
    {
        Assert.That(Judge([.. Draw(1, 1e6)[..200]], [.. Draw(2, 0)[..200]], [.. Draw(3, 1e6)[..200]]).Kind, Is.EqualTo(LeakKind.Found));
        Assert.That(Judge([.. Draw(1, 0)[..200]], [.. Draw(2, 1e6)[..200]], [.. Draw(3, 0)[..200]]).T.T, Is.Negative);
    }

    [Test]
    public void Fewer_than_a_hundred_decide_nothing() =>
        Assert.That(Judge([.. Draw(1, 0)[..99]], [.. Draw(2, 500)[..99]], [.. Draw(3, 0)[..99]]).Kind, Is.EqualTo(LeakKind.Undecided));

    [Test]
    public void Lost_samples_decide_nothing()
    {
        var samples = Samples(Draw(1, 0), Draw(2, 0), Draw(3, 0));
        LeakKind With(int lost) => LeakTest.Judge(samples with { Durations = samples.Durations with { Lost = lost } }).Kind;
        Assert.That((With(100), With(200)), Is.EqualTo((LeakKind.NotFound, LeakKind.Undecided)), "one in a hundred at most");
        Assert.That(Exact([9, 9], [9, 9], [9, 9], lost: 1).Kind, Is.EqualTo(LeakKind.Undecided));
        Assert.That(Judge([], [1], [1]).Description, Does.Contain("no samples"));
    }

    [Test]
    public void Exact_counts_are_equal_to_the_last_or_leak()
    {
        Assert.That(Exact([9, 9], [9, 9], [9, 9]).Kind, Is.EqualTo(LeakKind.Equal));
        Assert.That(Exact([9, 9], [9, 10], [9, 9]).Kind, Is.EqualTo(LeakKind.Found));
        Assert.That(Exact([9, 9], [8, 8], [9, 9]).Kind, Is.EqualTo(LeakKind.Found));
        Assert.That(Exact([9, 9], [9, 9], [8, 8]).Kind, Is.EqualTo(LeakKind.Undecided));
        Assert.That(Exact([9], [9], [9]).Kind, Is.EqualTo(LeakKind.Undecided), "one run of random inputs is no class");
    }

    [Test]
    public void Constants_of_a_host_clock_are_tested_and_not_called_equal() =>
        Assert.That(Judge([.. Enumerable.Repeat(5.0, 200)], [.. Enumerable.Repeat(5.0, 200)], [.. Enumerable.Repeat(5.0, 200)]).Kind, Is.EqualTo(LeakKind.NotFound));

    private static LeakTest Exact(double[] first, double[] second, double[] control, int lost = 0) => LeakTest.Judge(new(
        new LeakDurations(first, second, control, lost), Unit.Cycles, ClockKind.Device, Provenance.EmulatedCycles, Floor.Exact(ClockKind.Device, Unit.Cycles)));

    private static LeakTest Judge(double[] first, double[] second, double[] control) => LeakTest.Judge(Samples(first, second, control));

    private static LeakSamples Samples(double[] first, double[] second, double[] control) =>
        new(new LeakDurations(first, second, control), Unit.Nanoseconds, ClockKind.Device, Provenance.Host, null);

    // 500 +- 10 and, once in twenty, up to 20,000 more.
    private static double[] Draw(ulong seed, double shift)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, 5000).Select(_ => 500 + shift + (10 * random.NextNormal()) + (random.NextBelow(20) == 0 ? random.NextUnit() * 20_000 : 0))];
    }
}
