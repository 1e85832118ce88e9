using Harness.Adversary.Claims;
using Harness.Crypto;
using Harness.Schemes;

namespace Harness.Adversary.Tests.Claims;

/// <summary>Every attack on payloads and its control, run against the scheme in this process; the cell is as expected.</summary>
public sealed class PayloadAttackTests
{
    private static readonly Claim[] Claims =
        [Claim.Replay, Claim.DataConfidentiality, Claim.DataPrivacy, Claim.DataIntegrity, Claim.Authorization, Claim.NonRepudiation];

    private static IEnumerable<TestCaseData> Runs => Attacks.All.Where(a => Claims.Contains(a.Cell.Claim))
        .SelectMany(a => a.Schemes.Select(s => new TestCaseData(a.Id, s).SetArgDisplayNames(a.Id, s)));

    private static IEnumerable<TestCaseData> Cells => SchemeNames.All.SelectMany(s => ClaimTable.Cells.Where(c => Claims.Contains(c.Claim))
        .Where(c => ClaimTable.Expected(s, c) != Expectation.NotApplicable).Select(c => new TestCaseData(s, c).SetArgDisplayNames(s, c.ToString())));

    [TestCaseSource(nameof(Runs))]
    public async Task An_attack_ends_as_expected_and_its_control_wins(string id, string scheme)
    {
        var attack = Attacks.ById(id);
        var run = await AttackRun.RunAsync(attack, Options(scheme), default);
        TestContext.Out.WriteLine(run.Result.Evidence);
        TestContext.Out.WriteLine(run.Control.Evidence);
        Assert.That(run.Control.Won, run.Control.Evidence);
        if (ClaimTable.Expected(scheme, attack.Cell) == Expectation.Holds)
        {
            Assert.That(run.Result.Won, Is.False, run.Result.Evidence);
        }
    }

    [TestCaseSource(nameof(Cells))]
    public async Task A_broken_cell_has_an_attack_that_wins_and_one_that_holds_has_attacks(string scheme, Cell cell)
    {
        var attacks = Attacks.On(scheme, cell);
        Assert.That(attacks, Is.Not.Empty);
        if (ClaimTable.Expected(scheme, cell) != Expectation.Broken)
        {
            return;
        }

        var evidence = new List<string>();
        foreach (var attack in attacks)
        {
            var run = await AttackRun.RunAsync(attack, Options(scheme), default);
            evidence.Add($"{attack.Id}: {run.Result.Evidence}");
            if (run.Result.Won)
            {
                return;
            }
        }

        Assert.Fail(string.Join("; ", evidence));
    }

    private static GroundOptions Options(string scheme) => new() { Scheme = scheme, Group = AugPakeGroup.P256 };
}
