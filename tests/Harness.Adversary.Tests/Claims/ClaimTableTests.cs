namespace Harness.Adversary.Tests.Claims;

public sealed class ClaimTableTests
{
    // Sahmi et al. 2021, table 3: UA MA MITM OPG Replay DC DP DI A.
    [TestCase(SchemeNames.AugMqtt, "UA ✗ MA ✓ MITM ✗ OPG ✗ REPLAY ✗ DC ✓ DP ✗ DI ✓ A ✓")]
    [TestCase(SchemeNames.MqttAuth, "UA ✓ MA ✓ MITM ✓ OPG ✓ REPLAY ✓ DC ✓ DP ✗ DI ✗ A ✓")]
    [TestCase(SchemeNames.MqttPresent, "UA ✓ MA ✓ MITM ✓ OPG ✓ REPLAY ✓ DC ✓ DP ✓ DI ✓ A ✗")]
    public void The_papers_ticks_are_those_of_its_table(string scheme, string expected) => Assert.That(
        string.Join(' ', ClaimNames.All.Where(c => c != Claim.NonRepudiation).Select(c => $"{ClaimNames.Word(c)} {(ClaimTable.PaperTick(scheme, c) == true ? '✓' : '✗')}")),
        Is.EqualTo(expected));

    [Test]
    public void Only_mqtt_presents_text_claims_non_repudiation() => Assert.That(
        SchemeNames.All.Where(s => ClaimTable.PaperTick(s, Claim.NonRepudiation) is not null), Is.EqualTo(new[] { SchemeNames.MqttPresent }));

    [Test]
    public void No_paper_says_anything_of_insiders_or_of_our_repair() => Assert.Multiple(() =>
    {
        Assert.That(SchemeNames.All.Select(s => ClaimTable.PaperTick(s, new Cell(Claim.DataIntegrity, "insider"))), Has.All.Null);
        Assert.That(ClaimTable.Cells.Select(c => ClaimTable.PaperTick(SchemeNames.Hardened, c)), Has.All.Null);
    });

    [TestCaseSource(typeof(SchemeNames), nameof(SchemeNames.All))]
    public void Every_scheme_has_a_column_of_known_cells_and_a_sentence_that_says_when_to_choose_it(string scheme) => Assert.Multiple(() =>
    {
        var column = ClaimTable.Column(scheme);
        Assert.That(column.Holding.Concat(column.Broken), Is.Unique.And.Not.Empty.And.SubsetOf(ClaimTable.Cells.Select(c => c.ToString())));
        Assert.That(column.PaperTicks, Has.Length.EqualTo(ClaimNames.All.Count).And.Matches("^[-+.]+$"));
        Assert.That(SchemeNames.Find(scheme).Choose, Does.Match("^(when|to) [^.]+$"));
        Assert.That(SchemeNames.Groups, Does.Contain(SchemeNames.Find(scheme).Group));
        Assert.That(column.LosingAttacks.Select(a => Attacks.ById(a).Id), Is.EqualTo(column.LosingAttacks));
    });

    [TestCase(SchemeNames.MqttPresent, "REPLAY", "session", Expectation.Broken)]
    [TestCase(SchemeNames.AugMqtt, "MITM", "registration", Expectation.NotApplicable)]
    [TestCase(SchemeNames.MqttAuth, "A", "leaked", Expectation.Broken)]
    [TestCase(SchemeNames.MqttAuth, "DI", "wire", Expectation.Holds)]
    public void A_cell_has_its_expectation(string scheme, string claim, string aspect, Expectation expected) =>
        Assert.That(ClaimTable.Expected(scheme, new Cell(ClaimNames.Parse(claim), aspect)), Is.EqualTo(expected));

    [Test]
    public void An_unknown_cell_is_answered_with_the_known() =>
        Assert.That(() => ClaimTable.Expected(SchemeNames.AugMqtt, new Cell(Claim.Replay, "x")), Throws.ArgumentException.With.Message.Contains("REPLAY wrap"));
}
