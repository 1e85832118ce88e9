using System.Globalization;
using Harness.Adversary;
using Harness.Crypto;
using Harness.Record;
using Harness.Schemes;
using Harness.Steps.World;
using TechTalk.SpecFlow;

namespace Harness.Steps;

/// <summary>Messages handed to a device in an order that no handshake has.</summary>
[Binding]
public sealed class OrderSteps(ScenarioWorld world)
{
    [When("^" + Words.Device + " is handed (Y|V_S) (before it sent X|before it received Y|a second time)$")]
    public async Task WhenHanded(string device, string message, string moment)
    {
        var under = world.Device(device);
        var party = await world.PartyAsync(device);
        await party.ProvisionAsync(under.Identity, world.Cancellation);
        var y = Elements.Valid(ScenarioWorld.GroupOf(under));
        if (moment != "before it sent X")
        {
            await party.AugInitAsync(world.Cancellation);
        }

        if (moment == "a second time")
        {
            await party.AugStepAsync(under.Identity.Server, y, world.Cancellation);
        }

        await AnswerAsync(under, message == "Y"
            ? () => Nothing(party.AugStepAsync(under.Identity.Server, y, world.Cancellation))
            : () => Nothing(party.AugFinishAsync(new byte[32], world.Cancellation)));
    }

    [When("^" + Words.Device + " seals (one byte more than it can|\\d+ bytes)$")]
    public async Task WhenSeals(string device, string length)
    {
        var party = await world.SamePartyAsync(device);
        var bytes = length == "one byte more than it can"
            ? party.Capabilities.MaximumPayload + 1
            : int.Parse(length.Split(' ')[0], CultureInfo.InvariantCulture);
        await AnswerAsync(world.Device(device), () => Nothing(party.SealAsync(new byte[bytes], world.Cancellation)));
    }

    [When("^" + Words.Device + @" is handed a wrap cut to (\d+) bytes$")]
    public async Task WhenHandedACutWrap(string device, int bytes)
    {
        var party = await world.SamePartyAsync(device);
        await AnswerAsync(world.Device(device), () => Nothing(party.AcceptWrapAsync(world.KeyBits, new byte[bytes], world.Cancellation)));
    }

    [Then("^" + Words.Device + " answers (STATE|TOO-LONG|NO-KEY|BAD-KEY)$")]
    public void ThenAnswers(string device, string code) => Check.Equal(code, world.Device(device).Answer ?? "no refusal", $"answer of {device}");

    private static async Task Nothing<T>(ValueTask<T> call) => await call;

    private static async Task AnswerAsync(DeviceUnderTest device, Func<Task> call)
    {
        device.Answer = null;
        try
        {
            await call();
        }
        catch (PartyRefusedException e)
        {
            device.Answer = e.Code;
        }
    }
}
