namespace Harness.Cli.Tests.Features;

public sealed class ScenarioFilterTests
{
    private static readonly ScenarioPlan Plan = new(
        "features/handshake/login.feature:12", new FeaturePlan("p", "features/handshake/login.feature", "Logging in", "", []),
        "The right password opens a session", "The right password opens a session [board, p256]", ["@scheme:mqtt-present", "@req:AUG-1"], [], 10, 20, 12);

    [Test]
    public void A_condition_picks_by_tag_name_and_path(
        [Values(
            "@req:AUG-1", "@req:*", "@req:AUG-2 or board", "@req:AUG-1 and (host or BOARD)", "not (host or p384)", "\"right password\"",
            "'login.feature' and not 'wrong'")] string text) => Assert.That(ScenarioFilter.Parse(text).Matches(Plan), Is.True);

    [Test]
    public void A_condition_leaves_out_what_it_does_not_name([Values("@req:AUG-2", "not @req:AUG-1", "@req:AUG-1 and host", "host or board and @none")] string text) =>
        Assert.That(ScenarioFilter.Parse(text).Matches(Plan), Is.False);

    [Test]
    public void A_malformed_filter_condition_is_refused_with_an_example([Values("", "and", "@a and", "(@a", "@a)", "'open", "@a @b")] string text) =>
        Assert.That(() => ScenarioFilter.Parse(text), Throws.TypeOf<FormatException>().With.Message.Contains("for example"));

    [Test]
    public void Demanded_tags_and_hardware_are_left_out_with_the_reason_until_asked_for()
    {
        var hardware = Plan with { Tags = ["@hardware"] };
        var measure = Plan with { Tags = ["@measure"] };
        var (run, left) = Selection.Choose([Plan, hardware, measure], null, null, rigHasHardware: false);
        Assert.That(run, Is.EqualTo(new[] { Plan }));
        Assert.That(left.Select(l => l.Reason), Has.One.Contains("real board").And.One.Contains("--filter '@measure'"));
        Assert.That(Selection.Choose([hardware], null, null, rigHasHardware: true).Run, Has.Count.EqualTo(1));
        Assert.That(Selection.Choose([measure], ScenarioFilter.Parse("@measure"), "@measure", false).Run, Has.Count.EqualTo(1));
    }
}
