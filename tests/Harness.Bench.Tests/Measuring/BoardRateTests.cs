namespace Harness.Bench.Tests.Measuring;

/// <summary>The rate of a board's counter, from points that determine it and from points that do not.</summary>
public sealed class BoardRateTests
{
    [Test]
    public void A_quiet_line_gives_the_rate_and_its_distance_from_the_stated_one()
    {
        var parts = new List<CalibrationPart>();
        var rate = BoardRate.Judge(Points(i => i % 3 * 100), "by round trips", 84e6, Unit.Ticks, parts);
        Assert.That(rate!.OffPpm(84e6), Is.EqualTo(0).Within(100));
        Assert.That(parts.Single().Description, Does.Contain("MHz").And.Contain("ppm off the 84 MHz it states"));
    }

    [Test]
    public void A_line_that_scatters_more_than_the_work_takes_gives_no_rate_and_says_so()
    {
        var parts = new List<CalibrationPart>();
        Assert.That(BoardRate.Judge(Points(i => i % 2 == 0 ? 60e6 : i % 3 * 10e6), "by round trips", 84e6, Unit.Ticks, parts), Is.Null);
        Assert.That(parts.Single().Description, Does.StartWith("could not be measured by round trips: the times of 40 points scatter too much").And.Contain("next: ").And.Not.Contain("MHz"));
    }

    [Test]
    public void Points_of_one_length_are_too_few()
    {
        var parts = new List<CalibrationPart>();
        Assert.That(BoardRate.Judge([(5, 1), (5, 2), (5, 3)], "by pulses of wire", 0, Unit.Ticks, parts), Is.Null);
        Assert.That(parts.Single().Description, Is.EqualTo("too few measurements by pulses of wire"));
    }

    // Short and long work in turn on a board of 84 MHz; the delay is the line's.
    private static List<(double, double)> Points(Func<int, double> delay) =>
        [.. Enumerable.Range(0, 40).Select(i => (Ticks: i % 2 == 0 ? 1e3 : 1e6, i)).Select(p => (p.Ticks, (p.Ticks / 84e6 * 1e9) + 90_000 + delay(p.i)))];
}
