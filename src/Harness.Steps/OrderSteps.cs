using System.Globalization;
using Harness.Adversary;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.MqttPresent;
using Harness.Sessions.Broker;
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
        if (moment != "before it sent X")
        {
            await party.AugInitAsync(world.Cancellation);
        }

        if (moment == "a second time")
        {
            await party.AugStepAsync(under.Identity.Server, Elements.Valid(ScenarioWorld.GroupOf(under)), world.Cancellation);
        }

        await HandAsync(under, party, message);
    }

    [Given("^" + Words.Device + " refused (a Y outside the group|the Y of another broker|a V_S of zeros)$")]
    public async Task GivenRefused(string device, string message)
    {
        var under = world.Device(device);
        var group = ScenarioWorld.GroupOf(under);
        var party = await world.PartyAsync(device);
        await party.ProvisionAsync(under.Identity, world.Cancellation);
        await party.AugInitAsync(world.Cancellation);
        if (message == "a V_S of zeros")
        {
            await party.AugStepAsync(under.Identity.Server, Elements.Valid(group), world.Cancellation);
        }

        await AnswerAsync(under, message switch
        {
            "a Y outside the group" => () => Nothing(party.AugStepAsync(under.Identity.Server, new byte[group.ElementLength], world.Cancellation)),
            "the Y of another broker" => () => Nothing(party.AugStepAsync("another-broker", Elements.Valid(group), world.Cancellation)),
            _ => () => Nothing(party.AugFinishAsync(new byte[32], world.Cancellation)),
        });
        var expected = message switch { "a Y outside the group" => "BAD-ELEMENT", "the Y of another broker" => "BAD-SERVER", _ => "BAD-TAG" };
        Check.Equal(expected, under.Answer ?? "no refusal", $"answer of {device} to {message}");
    }

    [When("^" + Words.Device + " is handed (Y|V_S) after that$")]
    public async Task WhenHandedAfter(string device, string message)
    {
        var under = world.Device(device);
        var party = await world.SamePartyAsync(device);
        await HandAsync(under, party, message);
    }

    [When("^" + Words.Device + " seals (one byte more than it can|\\d+ bytes)$")]
    public async Task WhenSeals(string device, string length)
    {
        world.Device(device);
        var party = await world.SamePartyAsync(device);
        var bytes = length == "one byte more than it can"
            ? party.Capabilities.MaximumPayload + 1
            : Words.Bytes(Words.Number(length.Split(' ')[0], "number of bytes", least: 0));
        await AnswerAsync(world.Device(device), () => Nothing(party.SealAsync("lab/order", new byte[bytes], world.Cancellation)));
    }

    [When("^" + Words.Device + @" is handed a wrap cut to (\d+) bytes$")]
    public async Task WhenHandedACutWrap(string device, int bytes)
    {
        world.Device(device);
        var party = await world.SamePartyAsync(device);
        await AnswerAsync(world.Device(device), () => Nothing(party.AcceptWrapAsync(world.KeyBits, new byte[Words.Bytes(bytes)], world.Cancellation)));
    }

    [When("^" + Words.Device + " is handed its wrap (without|with) its first block( twice)?$")]
    public async Task WhenHandedAnAlteredWrap(string device, string with, string twice)
    {
        // Under ECB the padding stays valid: only the length tells.
        world.Device(device);
        var party = await world.SamePartyAsync(device);
        var messages = world.Tap.Values(Target.Payload(Direction.ToClient, PrivateTopics.Key(world.Device(device).Identity.Client)));
        Check.Needs(messages.Count > 0, $"key wrap of {device}", "one that came by the tap", "none", $"Given {world.Publisher.Name} and {world.Subscriber.Name} are logged in");
        var wrap = messages[^1][^MqttPresentCipher.WrapLength..];
        byte[] altered = with == "without" ? wrap[8..] : [.. wrap[..8], .. wrap];
        await AnswerAsync(world.Device(device), () => Nothing(party.AcceptWrapAsync(world.KeyBits, altered, world.Cancellation)));
    }

    [Then("^" + Words.Device + " answers (STATE|TOO-LONG|NO-KEY|BAD-KEY)$")]
    public void ThenAnswers(string device, string code)
    {
        Check.Needs(world.Device(device).WasAsked, $"answer of {device}", "something that it was asked", "nothing", $"When {device} seals 8 bytes");
        Check.Equal(code, world.Device(device).Answer ?? "no refusal", $"answer of {device}");
    }

    private Task HandAsync(DeviceUnderTest under, IParty party, string message) => AnswerAsync(under, message == "Y"
        ? () => Nothing(party.AugStepAsync(under.Identity.Server, Elements.Valid(ScenarioWorld.GroupOf(under)), world.Cancellation))
        : () => Nothing(party.AugFinishAsync(new byte[32], world.Cancellation)));

    private static async Task Nothing<T>(ValueTask<T> call) => await call;

    private static async Task AnswerAsync(DeviceUnderTest device, Func<Task> call)
    {
        device.Answer = null;
        device.WasAsked = true;
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
