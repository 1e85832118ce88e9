namespace Harness.Adversary.Tests.Claims;

/// <summary>Every attack on login and registration against every scheme it is about, and its control; and that no broken cell is without the attack that breaks it.</summary>
[CancelAfter(120_000)]
public sealed class AttackTests
{
    private static IEnumerable<TestCaseData> Runs() =>
        from attack in OnLogin()
        from scheme in attack.Schemes
        select new TestCaseData(attack, scheme).SetArgDisplayNames(attack.Id, scheme);

    private static IEnumerable<TestCaseData> BrokenCells() =>
        from scheme in SchemeNames.All
        from cell in ClaimTable.Cells
        where ClaimTable.Expected(scheme, cell) == Expectation.Broken && Attacks.On(scheme, cell).Count > 0
        select new TestCaseData(scheme, cell);

    // The ordinary suite runs each of these as a scenario of features/claims, on boards.
    [TestCaseSource(nameof(Runs))]
    [Category("Long")]
    public async Task An_attack_ends_as_the_table_expects_and_wins_where_it_must(Attack attack, string scheme, CancellationToken token)
    {
        var run = await AttackRunner.RunAsync(attack, new AttackTestbedOptions { Scheme = scheme }, token);
        TestContext.Out.WriteLine($"{attack.Id} on {scheme}: {run.Result}\n  control: {run.Control}");
        Assert.That(run.Control?.Won, Is.True, run.Control?.Evidence ?? run.ControlTrouble);
        Assert.That(run.Result!.Won, Is.EqualTo(ClaimTable.IsExpectedToWin(scheme, attack)), run.Result!.Evidence);
    }

    [TestCaseSource(nameof(BrokenCells))]
    [Category("Long")]
    public async Task A_cell_expected_broken_is_broken_by_an_attack(string scheme, Cell cell, CancellationToken token)
    {
        var broken = false;
        foreach (var attack in Attacks.On(scheme, cell))
        {
            broken = (await new AttackRunner(attack, new AttackTestbedOptions { Scheme = scheme }).RunAttackAsync(token)).Won;
            if (broken)
            {
                break;
            }
        }

        Assert.That(broken, Is.True, $"no attack broke {cell} of {scheme}");
    }

    private static IEnumerable<Attack> OnHardened() => Attacks.All.Where(a => a.Schemes.Contains(SchemeNames.Hardened) && ClaimTable.Expected(SchemeNames.Hardened, a.Cell) == Expectation.Holds);

    // The features run them under the other cipher.
    [TestCaseSource(nameof(OnHardened))]
    [Category("Long")]
    public async Task No_attack_wins_on_hardened_under_ascon(Attack attack, CancellationToken token)
    {
        var options = new AttackTestbedOptions { Scheme = SchemeNames.Hardened, Group = AugPakeGroup.P256, PairCipher = Schemes.Hardened.HardenedCipher.Ascon };
        var run = await AttackRunner.RunAsync(attack, options, token);
        TestContext.Out.WriteLine($"{attack.Id}: {run.Result}\n  control: {run.Control}");
        Assert.That(run.Control?.Won, Is.True, run.Control?.Evidence ?? run.ControlTrouble);
        Assert.That(run.Result!.Won, Is.False, run.Result!.Evidence);
    }

    [Test]
    public void Every_attack_says_what_it_is()
    {
        Assert.That(Attacks.All.Select(a => a.Id), Is.Unique);
        foreach (var attack in Attacks.All)
        {
            Assert.That(attack.Id, Does.Match("^[a-z]+(-[a-z0-9]+)+$"), attack.Id);
            Assert.That(attack.Id, Does.StartWith(ClaimNames.Word(attack.Cell.Claim).ToLowerInvariant() + "-"), attack.Id);
            Assert.That(new[] { attack.Precondition, attack.Summary, attack.Observation, attack.Reference, attack.Control }, Has.All.Not.Empty, attack.Id);
            Assert.That(ClaimTable.Cells, Does.Contain(attack.Cell), attack.Id);
            Assert.That(attack.Schemes, Is.SubsetOf(SchemeNames.All).And.Not.Empty, attack.Id);
            Assert.That(attack.Schemes.Select(s => ClaimTable.Expected(s, attack.Cell)), Has.None.EqualTo(Expectation.NotApplicable), attack.Id);
        }
    }

    [Test]
    public void An_unknown_attack_is_answered_with_the_nearest() =>
        Assert.That(() => Attacks.ById("ma-wrong-pasword"), Throws.ArgumentException.With.Message.Contains("nearest: ma-wrong-password"));

    private static IEnumerable<Attack> OnLogin() => Attacks.All.Where(a =>
        a.Cell.Claim is Claim.UserAnonymity or Claim.MutualAuthentication or Claim.ManInTheMiddle or Claim.OfflineGuessing);

    [TestCaseSource(nameof(OnLogin))]
    public async Task An_attack_ends_alike_on_the_curve_and_with_80_bits(Attack attack, CancellationToken token)
    {
        var options = new AttackTestbedOptions { Scheme = attack.Schemes[0], Group = AugPakeGroup.P256, KeyBits = 80 };
        var run = await AttackRunner.RunAsync(attack, options, token);
        Assert.That(run.Control?.Won, Is.True, run.Control?.Evidence ?? run.ControlTrouble);
        Assert.That(run.Result!.Won, Is.EqualTo(ClaimTable.IsExpectedToWin(options.Scheme, attack)), run.Result!.Evidence);
    }

    [TestCaseSource(nameof(OnLogin))]
    [Category("Long")]
    [CancelAfter(600_000)]
    public async Task An_attack_has_one_verdict_in_twenty_runs(Attack attack, CancellationToken token)
    {
        foreach (var scheme in attack.Schemes)
        {
            var options = new AttackTestbedOptions { Scheme = scheme, Group = AugPakeGroup.P256 };
            var first = await AttackRunner.RunAsync(attack, options, token);
            for (var i = 1; i < 20; i++)
            {
                var next = await AttackRunner.RunAsync(attack, options, token);
                Assert.That((next.Result?.Won, next.Control?.Won), Is.EqualTo((first.Result?.Won, first.Control?.Won)), $"{scheme}, run {i + 1}: {next.Result}; {next.Control}");
            }
        }
    }

    [Test]
    public void An_attack_on_the_handshake_says_that_it_does_not_read_the_topic_binding(CancellationToken token) => Assert.That(
        async () => await AttackRunner.RunAsync(Attacks.ById("ma-tampered-client-proof"), new AttackTestbedOptions { Binding = Sessions.LoginBinding.Topics }, token),
        Throws.TypeOf<Record.InconclusiveException>());

    [TestCase("p256", "ma-small-order-y")]
    [TestCase("p256", "ma-smooth-order-x")]
    [TestCase("rfc3526-14", "ma-small-order-y")]
    [TestCase("rfc3526-14", "ma-smooth-order-x")]
    public async Task No_group_of_ours_lets_a_bad_element_in(string group, string id, CancellationToken token)
    {
        var run = await AttackRunner.RunAsync(Attacks.ById(id), new AttackTestbedOptions { Group = AugPakeGroup.ByName(group) }, token);
        Assert.That(run.Result!.Won, Is.False, run.Result!.Evidence);
        Assert.That(run.Control?.Won, Is.True, run.Control?.Evidence ?? run.ControlTrouble);
    }
}
