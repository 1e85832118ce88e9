using Harness.Adversary.Claims;
using Harness.Cli.Commands.Claims;

namespace Harness.Cli.Tests.Claims;

/// <summary>Checks that features/claims, the attacks and the table of expected results agree.</summary>
public sealed partial class ClaimFeatureTests
{
    private static readonly IReadOnlyList<ClaimPlan> Plans =
        [.. FeatureCatalog.Load(Path.Combine(ProductPaths.DefaultFeatures, "claims")).Select(ClaimPlan.Of)];

    private static IEnumerable<ClaimPlan> Deciding => Plans.Where(p => p.DecidesACell);

    private static IEnumerable<TestCaseData> Cells() =>
        from scheme in SchemeNames.All
        from cell in ClaimTable.Cells
        where ClaimTable.Expected(scheme, cell) != Expectation.NotApplicable
        select new TestCaseData(scheme, cell).SetArgDisplayNames(scheme, cell.ToString());

    [Test]
    public void Every_attack_and_finding_is_tried_on_every_scheme_it_is_about()
    {
        var tried = Plans.Where(p => p.Attack is not null).Select(p => $"{p.Attack!.Id} on {p.Scheme}").ToHashSet();
        var missing = from attack in ClaimPlan.AllAttacks
                      from scheme in attack.Schemes
                      where attack is Finding || ClaimTable.Expected(scheme, attack.Cell) != Expectation.NotApplicable
                      let sentence = $"{attack.Id} on {scheme}"
                      where !tried.Contains(sentence)
                      select sentence;
        Assert.That(missing, Is.Empty);
    }

    [TestCaseSource(nameof(Cells))]
    public void The_scenarios_of_a_cell_end_as_the_table_expects(string scheme, Cell cell)
    {
        var wins = Deciding.Where(p => p.Scheme == scheme && p.Attack!.Cell == cell).Select(p => ClaimTable.IsExpectedToWin(scheme, p.Attack!)).ToList();
        Assert.That(wins, Is.Not.Empty, "a cell that nothing attacks");
        Assert.That(wins, ClaimTable.Expected(scheme, cell) == Expectation.Holds ? Has.All.False : Has.Some.True);
    }

    [Test]
    public void Expected_outcomes_stand_in_the_claim_table_alone()
    {
        Assert.That(Deciding.Where(p => p.Scenario.Steps.All(s => s.Text != "the attack ends as the claims table expects")).Select(p => p.Scenario.Id), Is.Empty);
        Assert.That(Deciding.Where(p => p.Scenario.Steps.Any(s => End().IsMatch(s.Text))).Select(p => p.Scenario.Id), Is.Empty);
    }

    [Test]
    public void An_attack_that_loses_on_a_broken_cell_is_one_that_is_tried_there_and_leaves_it_to_another() => Assert.That(
        Deciding.Where(p => !ClaimTable.IsExpectedToWin(p.Scheme!, p.Attack!) && ClaimTable.Expected(p.Scheme!, p.Attack!.Cell) == Expectation.Broken).Select(p => $"{p.Attack} on {p.Scheme}").Distinct(),
        Is.EquivalentTo(new[] { "a-read-without-grant on mqtt-present", "dc-keystream-reuse on mqtt-present", "dc-plaintext-on-the-wire on mqtt-present", "ma-password-wrong on password",
            "opg-tls-captured-login on tls-psk" }));

    [Test]
    public void Every_attack_is_also_tried_on_its_weak_setting() => Assert.That(
        Plans.Where(p => p.Attack is not null && !p.Scenario.Steps.Any(s => s.Text == "on its positive control it succeeds")).Select(p => p.Scenario.Id), Is.Empty);

    [Test]
    public void Tags_name_the_scheme_and_the_claim_that_the_attack_decides() => Assert.That(
        Plans.Where(p => !p.Scenario.Tags.Contains("@claims")
            || p.Scheme is null || p.Scheme != In(p, SchemeStep()) || p.Attack?.Id != In(p, TriesStep())
            || (p.DecidesACell && !p.IsAbout(p.Attack!.Cell.Claim)))
            .Select(p => p.Scenario.Id),
        Is.Empty);

    [TestCase("@scheme:mqtt-presnt", "mqtt-present")]
    [TestCase("@attack:a-revoked-readr", "a-revoked-reader")]
    public void A_tag_that_names_nothing_is_told_with_its_scenario_and_the_nearest_name(string tag, string nearest)
    {
        var plan = Plans[0].Scenario with { Tags = [tag] };
        Assert.That(() => ClaimPlan.Of(plan), Throws.TypeOf<FeatureFileException>().With.Message.Contains(plan.Id).And.Message.Contains(nearest));
    }

    [Test]
    public void There_are_fifty_scenarios_that_differ_by_attack_or_scheme() =>
        Assert.That(Plans.Select(p => (p.Scheme, p.Attack?.Id, p.Scenario.Title)).Distinct().Count(), Is.GreaterThanOrEqualTo(50));

    [Test]
    public void Only_cells_beyond_the_handshake_of_schemes_that_are_not_public_rest_on_our_reading()
    {
        var cells = ClaimPlan.Cells([.. Plans], whole: true);
        var own = cells.Where(c => c.OwnReading).ToList();
        Assert.That(own.Select(c => c.Scheme).Distinct(), Is.EquivalentTo(SchemeNames.OfPapers.Except([SchemeNames.MqttPresent])));
        Assert.That(own.Where(c => SchemeNames.OfAugPake.Contains(c.Scheme)).Select(c => $"{c.Claim} {c.Aspect}".Trim()), Has.None.AnyOf("MA", "MITM handshake", "OPG handshake", "REPLAY handshake"));
        Assert.That(cells.Where(c => SchemeNames.OfAugPake.Contains(c.Scheme)), Has.Exactly(SchemeNames.OfAugPake.Count * ClaimTable.Cells.Count).Items, "cells without an attack are stated as well");
    }

    private static string? In(ClaimPlan plan, Regex sentence) =>
        plan.Scenario.Steps.Select(s => sentence.Match(s.Text)).FirstOrDefault(m => m.Success)?.Groups[1].Value;

    [GeneratedRegex("^the attack (succeeds|fails)$")]
    private static partial Regex End();

    [GeneratedRegex(@"^([\w-]+) (?:between|with)\b")]
    private static partial Regex SchemeStep();

    [GeneratedRegex(@"^the adversary tries ([\w-]+)$")]
    private static partial Regex TriesStep();
}
