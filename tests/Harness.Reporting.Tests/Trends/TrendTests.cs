using Harness.Reporting.Tests.Html;

namespace Harness.Reporting.Tests.Trends;

public sealed class TrendTests
{
    private const string Golden = """
        seal of m4 on nucleo, rig bench, trigger clock, hardware
          12 values, 2 builds; floor 2 µs; baseline 100 µs
                123 µs |         |  |
                       |       |* |*|
                       |      |*||*||
                       |      *| *|
                       |      |  |
                       |
                       |
                       |  |  |
                       |-|*-|*------
                 99 µs | *||*|
                               ^
          build      since (UTC)       runs  median  smallest  largest  interval of the newest
          old-build  2026-03-14 15:09  6     101 µs  100 µs    102 µs   101 µs to 103 µs
          new-build  2026-03-14 21:09  6     121 µs  120 µs    122 µs   121 µs to 123 µs
          1 change of level:
            2026-03-14 21:09 run-6, build new-build: 101 µs to 121 µs (+19.8 %)
          change points: by a stated method

        """;

    [Test]
    public void A_trend_on_the_console_has_values_intervals_baseline_builds_and_changes()
    {
        var drawn = TrendConsole.Render(AnyTrend.Of(12), 100);
        TestContext.Out.WriteLine(drawn);
        Assert.That(drawn, Does.StartWith("seal of m4 on nucleo, rig bench, trigger clock, hardware\n  12 values, 2 builds; floor 2 µs; baseline 100 µs\n"));
        Assert.That(drawn.Split('\n')[13..], Is.EqualTo(Golden.ReplaceLineEndings("\n").Split('\n')[13..]));
        Assert.That(drawn.Split('\n')[12].IndexOf('^', StringComparison.Ordinal), Is.EqualTo(17 + 6));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(10_000)]
    public void A_trend_of_any_length_fits_the_terminal(int n)
    {
        var drawn = TrendConsole.Render(AnyTrend.Of(n) with { Changes = n < 2 ? [] : AnyTrend.Of(n).Changes }, 60);
        Assert.That(drawn.Split('\n').Skip(2).Take(11).Max(line => line.Length), Is.LessThanOrEqualTo(60));
        Assert.That(drawn, Does.Contain("*"));
    }

    [Test]
    public void Equal_values_and_none_of_floor_and_baseline_are_drawn_too()
    {
        var flat = AnyTrend.Of(5);
        flat = flat with { Points = [.. flat.Points.Select(p => p with { Value = 7, Low = null, High = null })], Changes = [], Floor = null, Baseline = null };
        Assert.That(TrendConsole.Render(flat, 80), Does.Contain("*****").And.Contain("floor not known; baseline none").And.Contain("no change of level"));
        Assert.That(Page(flat), Does.Contain("no change of level").And.Not.Contain("NaN"));
    }

    [Test]
    public void A_trend_in_the_report_has_a_mark_a_run_and_says_the_same_in_a_table()
    {
        var page = Page(AnyTrend.Of(60));
        Assert.That(page.Split("<circle").Length - 1, Is.EqualTo(60));
        Assert.That(page, Does.Contain("Over 60 runs by the trigger clock").And.Contain("run-59, build new-build: 122 µs, between 121 µs and 123 µs").And.Contain("Values by build").And.Contain("+19.8 %"));
    }

    [Test]
    public void Names_in_a_trend_are_text()
    {
        const string Attack = "<script>alert(1)</script>\u001b[2J";
        var trend = AnyTrend.Of(3);
        trend = trend with { Operation = "seal", Board = Attack, Rig = Attack, Points = [.. trend.Points.Select(p => p with { Run = Attack, Build = Attack })], Changes = [] };
        Assert.That(Page(trend), Does.Not.Contain("<script>alert"));
        Assert.That(TrendConsole.Render(trend, 80), Does.Not.Contain("\u001b"));
    }

    [Test]
    public void Trends_are_asked_for_the_operations_of_the_run_on_its_rig()
    {
        TrendQuestion? asked = null;
        Pages.Of(Runs.Mixed(), trends: question =>
        {
            asked = question;
            return [];
        });
        Assert.That(asked!.Rig, Is.EqualTo("sim"));
        Assert.That(asked.Operations, Is.EqualTo(new[] { ("m4", "aug.init"), ("m4", "seal") }));
    }

    private static string Page(Trend trend) => Pages.Of(Runs.Mixed(), trends: _ => [trend]);
}
