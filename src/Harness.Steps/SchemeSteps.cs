using Harness.Crypto;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;
using Harness.Steps.World;
using TechTalk.SpecFlow;

namespace Harness.Steps;

/// <summary>Every scheme at work: from logins to payloads that arrive.</summary>
[Binding]
public sealed class SchemeSteps(ScenarioWorld world)
{
    private readonly List<DeviceUnderTest> more = [];
    private readonly List<MqttMessage> unread = [];
    private readonly List<byte[]> sent = [];
    private ReasonCode? refusal;
    private bool tried;

    [Given("^logins go over topics$")]
    public void GivenLoginsGoOverTopics() => world.Binding = LoginBinding.Topics;

    [Given(@"^a broker of ([\w-]+) for " + Words.Device + " and " + Words.Device + " on \"([^\"]+)\"$")]
    public async Task GivenABrokerOf(string scheme, string publisher, string subscriber, string topic)
    {
        Check.Needs(SchemeNames.All.Contains(scheme), "scheme", $"one of {string.Join(", ", SchemeNames.All)}", $"{scheme}{NearestWord.Hint(scheme, SchemeNames.All)}");
        await RequireAsync(scheme, publisher, subscriber);
        world.Scheme = scheme;
        var (p, s) = (world.Bench.Device(publisher).Name, world.Bench.Device(subscriber).Name);
        await world.StartBrokerAsync(new KeyPair(p, s, topic));
        world.Enrol(publisher, profile: "as-published");
        world.Enrol(subscriber, profile: "as-published");
        (world.Publisher, world.Subscriber) = (world.Device(publisher), world.Device(subscriber));
    }

    [Given("^" + Words.Device + " and " + Words.Device + " are ready to talk$")]
    public async Task GivenReadyToTalk(string publisher, string subscriber)
    {
        _ = world.Pair;
        await world.RequireLoginAsync(world.Device(publisher));
        await world.RequireLoginAsync(world.Device(subscriber));
        if (world.Scheme == SchemeNames.MqttAuth)
        {
            await TokenTalk.GrantAsync(ScenarioWorld.SessionOf(world.Publisher), world.Pair.Topic, [ScenarioWorld.SessionOf(world.Subscriber)], world.Cancellation);
        }

        await ScenarioWorld.SessionOf(world.Subscriber).SubscribeAsync(world.Pair.Topic, world.Cancellation);
        if (world.Scheme == SchemeNames.MqttPresent)
        {
            var expected = world.Broker.TrafficKeyFingerprint(world.Pair.Publisher, world.Pair.Subscriber);
            foreach (var device in (DeviceUnderTest[])[world.Publisher, world.Subscriber])
            {
                await ScenarioWorld.SessionOf(device).WaitForTrafficKeyAsync(world.Patience, expected, world.Cancellation);
            }
        }
    }

    [Given(@"^(\d+) more subscribers listen$")]
    public async Task GivenMoreSubscribers(int count)
    {
        _ = world.Pair;
        for (var i = 1; i <= count; i++)
        {
            await world.LoginStrangerAsync($"listener-{i}");
            more.Add(world.Device($"listener-{i}"));
        }

        if (world.Scheme == SchemeNames.MqttAuth)
        {
            await TokenTalk.HandOverAsync(ScenarioWorld.SessionOf(world.Publisher), world.Pair.Topic, [.. more.Select(m => m.Session!)], world.Cancellation);
        }

        foreach (var listener in more)
        {
            await listener.Session!.SubscribeAsync(world.Pair.Topic, world.Cancellation);
        }
    }

    [When("^" + Words.Device + @" publishes (\d+) payloads that " + Words.Device + " leaves unread$")]
    public async Task WhenLeftUnread(string publisher, int count, string subscriber)
    {
        world.SessionOf(publisher);
        world.SessionOfSubscriber(subscriber);
        for (var i = 0; i < count; i++)
        {
            sent.Add([.. Enumerable.Range(0, 16).Select(b => (byte)('a' + b + i))]);
            await world.SessionOf(publisher).PublishSealedAsync(world.Pair.Topic, sent[^1], world.Cancellation);
            unread.Add(await world.SessionOf(subscriber).ReceiveAsync(world.Patience, world.Cancellation));
        }
    }

    [Then("^" + Words.Device + " still opens the first of them$")]
    public async Task ThenStillOpens(string device)
    {
        Check.Needs(unread.Count > 0, $"payload at {device}", "one that it left unread", "none", $"When host publishes 2 payloads that {device} leaves unread");
        var party = await world.SamePartyAsync(device);
        try
        {
            var opened = await party.OpenAsync(unread[0].Topic, unread[0].Payload, world.Cancellation);
            Check.That(opened.Value.AsSpan().SequenceEqual(sent[0]), $"payload at {device}", "what was published", $"{opened.Value.Length} other bytes");
        }
        catch (PartyRefusedException e)
        {
            throw new CheckFailedException($"payload sealed before the re-authentication of {device}", "to open", $"refused with {e.Code}", inner: e);
        }
    }

    [Then("^" + Words.Device + " refuses the second with ([A-Z-]+) once its old key is forgotten$")]
    public async Task ThenRefusesOnceForgotten(string device, string code)
    {
        Check.Needs(unread.Count > 1, $"payload at {device}", "a second one that it left unread", $"{unread.Count}", $"When host publishes 2 payloads that {device} leaves unread");
        var party = await world.SamePartyAsync(device);
        await party.ForgetOldKeyAsync(world.Cancellation);
        try
        {
            await party.OpenAsync(unread[1].Topic, unread[1].Payload, world.Cancellation);
            throw new CheckFailedException($"payload sealed under the forgotten key of {device}", $"to be refused with {code}", "opened");
        }
        catch (PartyRefusedException e)
        {
            Check.Equal(code, e.Code, $"refusal of {device}");
        }
    }

    [Then(@"^every further subscriber opens the (\d+) bytes too$")]
    public async Task ThenEveryFurtherOpens(int bytes)
    {
        Check.Needs(more.Count > 0, "further subscribers", "one or more", "none", "Given 3 more subscribers listen");
        Check.Needs(world.Published is not null, "payload at further subscribers", "one that was published", "none", $"When {world.Publisher.Name} publishes {bytes} bytes");
        foreach (var listener in more)
        {
            var opened = await listener.Session!.ReceiveAndOpenAsync(world.Patience, world.Cancellation);
            Check.Equal(bytes, opened.Plaintext.Length, $"bytes that {listener.Name} opened");
            Check.That(
                opened.Plaintext.Span.SequenceEqual([.. Enumerable.Range(0, bytes).Select(i => (byte)('a' + (i % 26)))]), $"payload at {listener.Name}",
                "what was published", "other bytes");
        }
    }

    [When("^" + Words.Device + " publishes a payload that is no seal$")]
    public async Task WhenNoSeal(string device)
    {
        var session = world.SessionOf(device);
        tried = true;
        try
        {
            await session.PublishAsync(world.Pair.Topic, new byte[44], world.Cancellation);
            refusal = null;
        }
        catch (SessionRefusedException e)
        {
            refusal = e.Reason;
        }
    }

    [Then("^the broker refuses it with reason " + Words.Reason + "$")]
    public void ThenRefuses(string reason)
    {
        Check.Needs(tried, "payload that is no seal", "one that was published", "none", "When host publishes a payload that is no seal");
        Check.That(
            refusal == Words.ReasonOf(reason), "payload that is no seal", $"0x{reason}", refusal is { } seen ? $"0x{(byte)seen:x2}" : "taken");
    }

    [Given("^a broker that takes registrations over the wire$")]
    public Task GivenABrokerThatTakesRegistrations() =>
        world.StartBrokerAsync(configure: options => options with { AsPublishedRegistration = true, AllowAnonymous = true });

    [When("^" + Words.Device + " registers its W over the wire$")]
    public async Task WhenRegisters(string device)
    {
        var under = world.Enrol(device, profile: "as-published");
        world.RemoveAccount(under);
        await WireRegistration.RunAsync(
            await world.PartyAsync(device),
            new DeviceSessionOptions { Endpoint = world.Broker.Endpoint, Identity = under.Identity, Connect = world.Bench.ConnectClient, LoginTimeout = world.Patience },
            world.Cancellation);
    }

    // Asked all the same it would refuse, and that would read like a device that does wrong.
    private async Task RequireAsync(string scheme, params string[] devices)
    {
        foreach (var device in devices)
        {
            var party = await world.PartyAsync(device);
            if (!party.Capabilities.Schemes.Contains(scheme))
            {
                throw new InconclusiveException($"schemes of {device}", scheme, string.Join(", ", party.Capabilities.Schemes));
            }
        }
    }
}
