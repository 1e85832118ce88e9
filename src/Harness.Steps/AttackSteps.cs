namespace Harness.Steps;

/// <summary>Attacks that decide what a paper claims, each beside a weak setting on which it must win.</summary>
[Binding]
[WholeRig]
public sealed class AttackSteps(AttackContext scene, AttackDriver driver)
{
    [Given(@"^([\w-]+) between a publisher, a broker and a subscriber$")]
    public void GivenAScheme(string scheme) => scene.Choose(scheme);

    [Given(@"^([\w-]+) between a device and its broker$")]
    public void GivenALogin(string scheme) => scene.Choose(scheme);

    [Given(@"^([\w-]+) with (80|128)-bit keys between a publisher, a broker and a subscriber$")]
    public void GivenASchemeWithKeys(string scheme, int bits)
    {
        scene.Choose(scheme);
        scene.KeyBits = bits;
    }

    [When(@"^the adversary tries ([\w-]+)$")]
    public Task WhenTheAdversaryTries(string attack) => driver.RunAsync(Check.Read(() => Attacks.ById(attack), "attack", attack));

    [Then("^the attack ends as the claims table expects$")]
    public void ThenEndsAsExpected() => Ends(ClaimTable.IsExpectedToWin(scene.Scheme, driver.Last.Attack));

    [Then("^the attack (succeeds|fails)$")]
    public void ThenEnds(string end) => Ends(end == "succeeds");

    [Then("^on its positive control it succeeds$")]
    public void ThenTheControlSucceeds()
    {
        // An attack that wins nowhere proves nothing by losing here: no verdict on the device.
        if (driver.Last.Control is not { Won: true })
        {
            throw new InconclusiveException(
                $"control of {driver.Last.Attack.Id}", $"to win on {driver.Last.Attack.Control}", driver.Last.Control?.Evidence ?? driver.Last.ControlTrouble);
        }

        Check.Judged();
    }

    [Then("^with the repair it fails$")]
    public void ThenTheRepairHelps()
    {
        var repaired = driver.Last.Repaired ?? throw new InconclusiveException(
            $"repair of {driver.Last.Attack.Id}", "to be part of this product", (driver.Last.Attack as Finding)?.Repair ?? "it is no finding");
        Check.That(!repaired.Won, $"attack {driver.Last.Attack.Id} with the repair", "to fail", $"it succeeded: {repaired.Evidence}");
    }

    private void Ends(bool won)
    {
        var result = driver.Last.Result!;
        Check.That(
            result.Won == won, $"attack {driver.Last.Attack.Id} on {scene.Scheme}", won ? "to succeed" : "to fail",
            $"it {(result.Won ? "succeeded" : "failed")}: {result.Evidence}");
    }
}
