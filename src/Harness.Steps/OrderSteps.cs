using Harness.Schemes.MqttPresent;

namespace Harness.Steps;

/// <summary>Messages handed to a device in an order that no handshake has.</summary>
[Binding]
public sealed class OrderSteps(ScenarioScope scope, BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    // Code of the refusal of each device that was asked outside a login; null where it did as it was asked.
    private readonly Dictionary<string, string?> _answers = [];

    [When("^" + StepPatterns.Device + " is handed (Y|V_S) (before it sent X|before it received Y|a second time)$")]
    public async Task WhenHanded(string device, string message, string moment)
    {
        var under = logins.Device(device);
        var party = await logins.PartyAsync(device);
        await party.ProvisionAsync(under.Identity, scope.Cancellation);
        if (moment != "before it sent X")
        {
            await party.AugInitAsync(scope.Cancellation);
        }

        if (moment == "a second time")
        {
            await party.AugStepAsync(under.Identity.Server, Elements.Valid(under.Group), scope.Cancellation);
        }

        await HandAsync(under, party, message);
    }

    [Given("^" + StepPatterns.Device + " refused (a Y outside the group|the Y of another broker|a V_S of zeros)$")]
    public async Task GivenRefused(string device, string message)
    {
        var under = logins.Device(device);
        var group = under.Group;
        var party = await logins.PartyAsync(device);
        await party.ProvisionAsync(under.Identity, scope.Cancellation);
        await party.AugInitAsync(scope.Cancellation);
        if (message == "a V_S of zeros")
        {
            await party.AugStepAsync(under.Identity.Server, Elements.Valid(group), scope.Cancellation);
        }

        await AnswerAsync(under, message switch
        {
            "a Y outside the group" => () => Nothing(party.AugStepAsync(under.Identity.Server, new byte[group.ElementLength], scope.Cancellation)),
            "the Y of another broker" => () => Nothing(party.AugStepAsync("another-broker", Elements.Valid(group), scope.Cancellation)),
            _ => () => Nothing(party.AugFinishAsync(new byte[32], scope.Cancellation)),
        });
        var expected = message switch { "a Y outside the group" => "BAD-ELEMENT", "the Y of another broker" => "BAD-SERVER", _ => "BAD-TAG" };
        Check.Equal(expected, _answers.GetValueOrDefault(under.Name) ?? "no refusal", $"answer of {device} to {message}");
    }

    [When("^" + StepPatterns.Device + " is handed (Y|V_S) after that$")]
    public async Task WhenHandedAfter(string device, string message)
    {
        var under = logins.Device(device);
        var party = await logins.SamePartyAsync(device);
        await HandAsync(under, party, message);
    }

    [When("^" + StepPatterns.Device + " seals (one byte more than it can|\\d+ bytes)$")]
    public async Task WhenSeals(string device, string length)
    {
        logins.Device(device);
        var party = await logins.SamePartyAsync(device);
        var bytes = length == "one byte more than it can"
            ? party.Capabilities.MaximumPayload + 1
            : StepPatterns.Bytes(StepPatterns.Number(length.Split(' ')[0], "number of bytes", least: 0));
        await AnswerAsync(logins.Device(device), () => Nothing(party.SealAsync("lab/order", new byte[bytes], scope.Cancellation)));
    }

    [When("^" + StepPatterns.Device + @" is handed a wrap cut to (\d+) bytes$")]
    public async Task WhenHandedACutWrap(string device, int bytes)
    {
        logins.Device(device);
        var party = await logins.SamePartyAsync(device);
        await AnswerAsync(logins.Device(device), () => Nothing(party.AcceptWrapAsync(broker.KeyBits, new byte[StepPatterns.Bytes(bytes)], scope.Cancellation)));
    }

    [When("^" + StepPatterns.Device + " is handed its wrap (without|with) its first block( twice)?$")]
    public async Task WhenHandedAnAlteredWrap(string device, string with, string twice)
    {
        // Under ECB the padding stays valid: only the length tells.
        logins.Device(device);
        var party = await logins.SamePartyAsync(device);
        var messages = tap.Tap.Values(PacketField.Payload(PacketDirection.ToClient, PrivateTopics.Key(logins.Device(device).Client)));
        Check.Needs(messages.Count > 0, $"key wrap of {device}", "one that came by the tap", "none", $"Given {broker.Publisher.Name} and {broker.Subscriber.Name} are logged in");
        var wrap = messages[^1][^MqttPresentCipher.WrapLength..];
        byte[] altered = with == "without" ? wrap[8..] : [.. wrap[..8], .. wrap];
        await AnswerAsync(logins.Device(device), () => Nothing(party.AcceptWrapAsync(broker.KeyBits, altered, scope.Cancellation)));
    }

    [Then("^" + StepPatterns.Device + " answers (STATE|TOO-LONG|NO-KEY|BAD-KEY)$")]
    public void ThenAnswers(string device, string code)
    {
        Check.Needs(_answers.ContainsKey(logins.Device(device).Name), $"answer of {device}", "something that it was asked", "nothing", $"When {device} seals 8 bytes");
        Check.Equal(code, _answers[device] ?? "no refusal", $"answer of {device}");
    }

    private Task HandAsync(TestbedDevice under, IParty party, string message) => AnswerAsync(under, message == "Y"
        ? () => Nothing(party.AugStepAsync(under.Identity.Server, Elements.Valid(under.Group), scope.Cancellation))
        : () => Nothing(party.AugFinishAsync(new byte[32], scope.Cancellation)));

    private static async Task Nothing<T>(ValueTask<T> call) => await call;

    private async Task AnswerAsync(TestbedDevice device, Func<Task> call)
    {
        _answers[device.Name] = null;
        try
        {
            await call();
        }
        catch (PartyRefusedException e)
        {
            _answers[device.Name] = e.Code;
        }
    }
}
