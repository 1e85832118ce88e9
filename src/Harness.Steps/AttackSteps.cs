using Harness.Adversary.Claims;
using Harness.Record;
using Harness.Steps.World;
using TechTalk.SpecFlow;

namespace Harness.Steps;

/// <summary>Attacks that decide what a paper claims, each beside a weak setting on which it must win.</summary>
[Binding]
public sealed class AttackSteps(ScenarioWorld world, ClaimScene scene)
{
    private AttackTrial? trial;

    [Given(@"^([\w-]+) between a publisher, a broker and a subscriber$")]
    public void GivenAScheme(string scheme) => scene.Choose(scheme);

    [Given(@"^([\w-]+) with (80|128)-bit keys between a publisher, a broker and a subscriber$")]
    public void GivenASchemeWithKeys(string scheme, int bits)
    {
        scene.Choose(scheme);
        scene.KeyBits = bits;
    }

    [When(@"^the adversary tries ([\w-]+)$")]
    public async Task WhenTheAdversaryTries(string attack)
    {
        trial = new AttackTrial(world, scene, Check.Read(() => Attacks.ById(attack), "attack", attack));
        await trial.RunAsync();
    }

    [Then("^the attack succeeds$")]
    public void ThenSucceeds() => Check.That(Tried().Result!.Won, $"attack {Tried().Attack.Id} on {scene.Scheme}", "to succeed", $"it failed: {Tried().Result!.Evidence}");

    [Then("^the attack fails$")]
    public void ThenFails() => Check.That(!Tried().Result!.Won, $"attack {Tried().Attack.Id} on {scene.Scheme}", "to fail", $"it succeeded: {Tried().Result!.Evidence}");

    [Then("^on the weak setting it succeeds$")]
    public void ThenTheControlSucceeds()
    {
        // What cannot win anywhere proves nothing by losing here: no verdict on the device.
        if (Tried().Control is not { Won: true })
        {
            throw new InconclusiveException(
                $"control of {Tried().Attack.Id}", $"to win on {Tried().Attack.Control}", Tried().Control?.Evidence ?? Tried().ControlTrouble);
        }

        Check.Judged();
    }

    [Then("^with the repair it fails$")]
    public void ThenTheRepairHelps()
    {
        var repaired = Tried().Repaired ?? throw new InconclusiveException(
            $"repair of {Tried().Attack.Id}", "to be part of this product", (Tried().Attack as Finding)?.Repair ?? "it is no finding");
        Check.That(!repaired.Won, $"attack {Tried().Attack.Id} with the repair", "to fail", $"it succeeded: {repaired.Evidence}");
    }

    private AttackTrial Tried() => trial ?? throw new UnjudgeableException("attack", "one that was tried", "none", "When the adversary tries mitm-substituted-payload");
}
