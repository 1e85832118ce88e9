using Harness.Reporting.Claims;

namespace Harness.Reporting.Tests.Claims;

/// <summary>Cells that hold, are broken, or are undecided, and the exit code that follows.</summary>
public sealed class ClaimCellTests
{
    private static readonly TestCaseData[] Cases =
    [
        new TestCaseData("holds", new (bool?, bool?)[] { (false, true) }, CellSeen.Holds, true),
        new TestCaseData("broken", new (bool?, bool?)[] { (false, true) }, CellSeen.Holds, false),
        new TestCaseData("broken", new (bool?, bool?)[] { (true, true) }, CellSeen.Broken, true),
        new TestCaseData("holds", new (bool?, bool?)[] { (false, true), (true, false) }, CellSeen.Broken, false),
        new TestCaseData("holds", new (bool?, bool?)[] { (false, true), (false, false) }, CellSeen.Inconclusive, false),
        new TestCaseData("holds", new (bool?, bool?)[] { (false, null) }, CellSeen.Inconclusive, false),
        new TestCaseData("holds", new (bool?, bool?)[] { (null, true) }, CellSeen.Inconclusive, false),
        new TestCaseData("broken", new (bool?, bool?)[] { (null, null), (true, null) }, CellSeen.Broken, true),
        new TestCaseData("holds", Array.Empty<(bool?, bool?)>(), CellSeen.NotRun, false),
        new TestCaseData("not-applicable", Array.Empty<(bool?, bool?)>(), CellSeen.NotApplicable, true),
        new TestCaseData("not-applicable", new (bool?, bool?)[] { (true, true) }, CellSeen.Broken, false),
    ];

    [TestCaseSource(nameof(Cases))]
    public void A_cell_is_what_its_attacks_and_their_controls_say(string expected, (bool? Won, bool? Control)[] attacks, CellSeen seen, bool asExpected)
    {
        var cell = new ClaimCell("s", "", "DI", "", null, expected, false,
            [.. attacks.Select((a, i) => ClaimRuns.Attack("s", "DI", "", $"a-{i}", a.Won, a.Control, expected))], [], attacks.Length);
        Assert.That((cell.Seen, cell.AsExpected), Is.EqualTo((seen, asExpected)));
    }

    [TestCase("broken", true, true, 0)]
    [TestCase("holds", true, true, 1)]
    [TestCase("broken", false, true, 1)]
    [TestCase("holds", false, false, 4)]
    [TestCase("holds", false, true, 0)]
    public void The_end_follows_the_cells(string expected, bool won, bool control, int exit)
    {
        var claims = Of([ClaimRuns.Attack("augmqtt", "DI", "wire", "a", won, control, expected)], Verdict.Pass);
        Assert.That(claims.ExitCode, Is.EqualTo(exit));
    }

    [TestCase(Verdict.Aborted, 130)]
    [TestCase(Verdict.Fail, 1)]
    [TestCase(Verdict.RigError, 3)]
    [TestCase(Verdict.Inconclusive, 4)]
    public void A_scenario_that_did_not_pass_keeps_the_whole_from_it(Verdict verdict, int exit) =>
        Assert.That(Of([ClaimRuns.Attack("augmqtt", "DI", "wire", "a", false, true, "holds")], verdict).ExitCode, Is.EqualTo(exit));

    [TestCase(true, 0)]
    [TestCase(false, 4)]
    public void Costs_that_no_clock_could_tell_leave_decided_cells_as_they_are(bool besideACell, int exit)
    {
        RunEvent[] cell = besideACell
            ? [Runs.Begin(ClaimRuns.Scenario, "f", "n", 1), ClaimRuns.Attack("augmqtt", "DI", "wire", "a", false, true, "holds"), Runs.End(ClaimRuns.Scenario, "n", Verdict.Pass, 1)]
            : [];
        var claims = ClaimsResult.From(RunResult.From(Runs.Numbered(
        [
            Runs.Started(2), .. cell, Runs.Begin("c.feature:1", "f", "c", 2) with { Tags = ["@claims", "@costs"] },
            Runs.End("c.feature:1", "c", Verdict.Inconclusive, 1),
            RunFinished.From((besideACell ? default(VerdictCounts).Plus(Verdict.Pass) : default).Plus(Verdict.Inconclusive), 2),
        ])));
        Assert.That(claims.ExitCode, Is.EqualTo(exit));
    }

    [Test]
    public void A_cell_that_differs_outranks_a_broken_rig() =>
        Assert.That(Of([ClaimRuns.Attack("augmqtt", "DI", "wire", "a", true, true, "holds")], Verdict.RigError).ExitCode, Is.EqualTo(1));

    [TestCase(true, 1)]
    [TestCase(false, 0)]
    public void A_plugin_s_attack_decides_a_cell_of_its_own_and_the_exit_status_tells_it(bool won, int exit)
    {
        var own = ClaimRuns.Attack("augmqtt", "DI", "wire", "di-flip-wire", false, true, "holds");
        var claims = Of([own, own with { Plugin = "my-lab", Attack = "my-attack", Won = won }], Verdict.Pass);
        Assert.Multiple(() =>
        {
            Assert.That(claims.OfPapers.Single().Seen, Is.EqualTo(CellSeen.Holds), "the papers' cell is what the harness's own attack says");
            Assert.That((claims.OfPlugins.Single().Plugin, claims.OfPlugins.Single().Differs, claims.ExitCode), Is.EqualTo(("my-lab", won, exit)));
            Assert.That(ClaimsConsole.Render(claims), Does.Contain("1 cells: 1 as expected, 0 other").And.Contain($"1 cell of plugin my-lab: {(won ? 0 : 1)} as expected"));
            Assert.That(ClaimsConsole.Render(claims).Contains("DIFFERS  augmqtt: DI data integrity, wire (plugin my-lab)", StringComparison.Ordinal), Is.EqualTo(won));
            Assert.That(ClaimsMarkdown.Render(claims), Does.Contain("Decided by attacks of plugins").And.Contain("wire (plugin my-lab)"));
            Assert.That(ClaimsJson.Render(claims), Does.Contain("\"plugin\": \"my-lab\"").And.Contain("\"plugin\": null"));
        });
    }

    [Test]
    public void A_cell_that_was_stated_and_never_attacked_is_not_decided()
    {
        var claims = Of([ClaimRuns.Cell("augmqtt", "DC", "", "holds")], Verdict.Pass);
        Assert.That((claims.Cells.Single().Seen, claims.ExitCode), Is.EqualTo((CellSeen.NotRun, 4)));
    }

    [Test]
    public void A_cell_whose_second_attack_never_ended_does_not_hold()
    {
        var stated = ClaimRuns.Cell("augmqtt", "DC", "", "holds") with { Attacks = ["a", "b"], Known = 2 };
        var claims = Of([stated, ClaimRuns.Attack("augmqtt", "DC", "", "a", false, true, "holds")], Verdict.Pass);
        Assert.That((claims.Cells.Single().Seen, claims.ExitCode), Is.EqualTo((CellSeen.Inconclusive, 4)));
        Assert.That(ClaimsConsole.Render(claims), Does.Contain("never ended: b"));
    }

    [Test]
    public void A_cell_decided_by_some_of_its_attacks_says_so()
    {
        var stated = ClaimRuns.Cell("augmqtt", "DC", "", "holds") with { Attacks = ["a"], Known = 3 };
        var claims = Of([stated, ClaimRuns.Attack("augmqtt", "DC", "", "a", false, true, "holds")], Verdict.Pass);
        Assert.That(ClaimsConsole.Render(claims), Does.Contain("by 1 of 3 attacks"));
    }

    private static ClaimsResult Of(RunEvent[] events, Verdict verdict) => ClaimsResult.From(RunResult.From(Runs.Numbered(
    [
        Runs.Started(1), Runs.Begin(ClaimRuns.Scenario, "f", "n", 1), .. events,
        Runs.End(ClaimRuns.Scenario, "n", verdict, 1), RunFinished.From(default(VerdictCounts).Plus(verdict), 2),
    ])));
}
