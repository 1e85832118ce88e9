using Harness.Record;

namespace Harness.Timing.Tests.Leaks;

/// <summary>The judge is judged first: on made-up durations with a known answer.</summary>
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
        Assert.That((seen.Kind, Math.Sign(seen.T.T)), Is.EqualTo((LeakKind.Found, -Math.Sign(shift))), seen.Words);
        Assert.That(seen.Words, Does.StartWith("LEAK").And.Contain("5000"));
    }

    [Test]
    public void A_control_that_differs_from_itself_decides_nothing() =>
        Assert.That(Judge(Draw(1, 0), Draw(2, 9), Draw(3, 9)).Kind, Is.EqualTo(LeakKind.Undecided));

    [Test]
    public void A_difference_finer_than_the_floor_is_not_judged()
    {
        var floor = new Floor(ClockKind.Host, 50, Unit.Nanoseconds, "empty");
        Assert.That(LeakTest.Judge(new(Draw(1, 0), Draw(2, 5), Draw(3, 0), Unit.Nanoseconds, Provenance.Host, floor)).Kind, Is.EqualTo(LeakKind.BelowFloor));
        Assert.That(LeakTest.Judge(new(Draw(1, 0), Draw(2, 80), Draw(3, 0), Unit.Nanoseconds, Provenance.Host, floor)).Kind, Is.EqualTo(LeakKind.Found));
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
    public void Exact_counts_are_equal_to_the_last_or_leak()
    {
        LeakTest Exact(double[] first, double[] second, double[] control) =>
            LeakTest.Judge(new(first, second, control, Unit.Cycles, Provenance.EmulatedCycles, Floor.Exact(ClockKind.Device, Unit.Cycles)));
        Assert.That(Exact([9, 9], [9, 9], [9, 9]), Has.Property(nameof(LeakTest.Kind)).EqualTo(LeakKind.Equal));
        Assert.That(Exact([9, 9], [9, 10], [9, 9]), Has.Property(nameof(LeakTest.Kind)).EqualTo(LeakKind.Found));
        Assert.That(Exact([9, 9], [8, 8], [9, 9]), Has.Property(nameof(LeakTest.Kind)).EqualTo(LeakKind.Found));
        Assert.That(Exact([9, 9], [9, 9], [8, 8]), Has.Property(nameof(LeakTest.Kind)).EqualTo(LeakKind.Undecided));
    }

    [Test]
    public void Constants_of_a_host_clock_are_tested_and_not_called_equal() =>
        Assert.That(Judge([.. Enumerable.Repeat(5.0, 200)], [.. Enumerable.Repeat(5.0, 200)], [.. Enumerable.Repeat(5.0, 200)]).Kind, Is.EqualTo(LeakKind.NotFound));

    [Test]
    public void Every_round_runs_each_class_once_in_an_order_that_varies()
    {
        var order = LeakSchedule.Order(600, new SeededRandom(1)).Chunk(3).Select(round => string.Join(' ', round)).ToList();
        Assert.That(order, Has.Count.EqualTo(600));
        Assert.That(order.Distinct().Count(), Is.EqualTo(6), "all orders of three, each once a round");
        Assert.That(order.GroupBy(o => o).Select(g => g.Count()), Is.All.InRange(60, 140));
    }

    private static LeakTest Judge(double[] first, double[] second, double[] control) =>
        LeakTest.Judge(new(first, second, control, Unit.Nanoseconds, Provenance.Host, null));

    // 500 +- 10 and, once in twenty, up to 20,000 more.
    private static double[] Draw(ulong seed, double shift)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, 5000).Select(_ => 500 + shift + (10 * random.NextNormal()) + (random.NextBelow(20) == 0 ? random.NextUnit() * 20_000 : 0))];
    }
}
