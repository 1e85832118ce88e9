namespace Harness.Adversary.Tests.Claims.Findings;

/// <summary>Findings on registration and handshake are reproduced, and end with their repair.</summary>
[CancelAfter(60_000)]
public sealed class HandshakeFindingTests
{
    private static readonly string[] Ids =
    [
        "finding-sniffed-registration-plays-the-broker", "finding-names-run-together", "finding-no-lockout", "finding-user-enumeration", "finding-identities-in-clear",
    ];

    private static IEnumerable<TestCaseData> Runs() =>
        from id in Ids
        from scheme in Attacks.ById(id).Schemes
        select new TestCaseData((Finding)Attacks.ById(id), scheme).SetArgDisplayNames(id, scheme);

    [TestCaseSource(nameof(Runs))]
    public async Task A_finding_is_reproduced_and_its_repair_ends_it(Finding finding, string scheme, CancellationToken token)
    {
        var options = new AttackTestbedOptions { Scheme = scheme };
        var run = await AttackRunner.RunAsync(finding, options, token);
        TestContext.Out.WriteLine($"{finding.Id} on {scheme}: {run.Result}\n  control: {run.Control}");
        Assert.That(run.Result!.Won, Is.True, run.Result!.Evidence);
        Assert.That(run.Control?.Won, Is.True, run.Control?.Evidence ?? run.ControlTrouble);
        Assert.That(finding.Repair, Is.Not.Empty);
        if (run.Repaired is { } repaired)
        {
            TestContext.Out.WriteLine($"  repaired: {repaired}");
            Assert.That(repaired.Won, Is.False, repaired.Evidence);
        }
    }

    [Test]
    public async Task Only_pseudonyms_are_a_repair_that_no_published_scheme_has(CancellationToken token)
    {
        var without = new List<string>();
        foreach (var finding in Ids.Select(i => (Finding)Attacks.ById(i)))
        {
            if (finding.RunRepairedAsync(new PositiveControlFactory(new AttackTestbedOptions()), token) is { } repaired)
            {
                await repaired;
            }
            else
            {
                without.Add(finding.Id);
            }
        }

        Assert.That(without, Is.EqualTo(new[] { "finding-identities-in-clear" }));
    }

    [Test]
    public void The_broker_computes_as_much_for_a_name_without_an_account() => Assert.That(
        async () => (await ((Finding)Attacks.ById("finding-user-enumeration")).RunRepairedAsync(new PositiveControlFactory(new AttackTestbedOptions()), default)!).Evidence,
        Does.Match("with an account: .*, (.+); without: .*, \\1$"));
}
