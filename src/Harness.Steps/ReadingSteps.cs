using Harness.Adversary;
using Harness.Bench;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;
using Harness.Steps.World;
using TechTalk.SpecFlow;

namespace Harness.Steps;

/// <summary>Payloads from a publisher to a subscriber.</summary>
[Binding]
public sealed class ReadingSteps(ScenarioWorld world)
{
    private const string Stranger = "stranger";
    private const string OtherTopic = "lab/other";

    private readonly List<string> keysBefore = [];

    [Given("^a broker that pairs " + Words.Device + " with " + Words.Device + @" on ""([^""]+)"" using (80|128)-bit keys$")]
    public async Task GivenAPair(string publisher, string subscriber, string topic, int bits)
    {
        var (p, s) = (world.Bench.Device(publisher).Name, world.Bench.Device(subscriber).Name);
        await world.StartBrokerAsync(new KeyPair(p, s, topic), bits, [new KeyPair(Stranger, s, OtherTopic)]);
        world.Enrol(publisher, profile: "as-published");
        world.Enrol(subscriber, profile: "as-published");
        (world.Publisher, world.Subscriber) = (world.Device(publisher), world.Device(subscriber));
    }

    [Given("^" + Words.Device + " and " + Words.Device + " are logged in$")]
    public async Task GivenBothAreLoggedIn(string first, string second)
    {
        _ = world.Pair;
        await world.RequireLoginAsync(world.Device(first));
        await world.RequireLoginAsync(world.Device(second));
        await SubscribeAndWaitForKeysAsync();
    }

    [Given("^only " + Words.Device + " is logged in$")]
    public Task GivenOnlyOneIsLoggedIn(string device) => world.RequireLoginAsync(world.Device(device));

    [Given("^" + Words.Device + " was handed another traffic key$")]
    public async Task GivenAnotherTrafficKey(string device)
    {
        // As published, a subscriber keeps one key: a third party that is paired with it replaces what it had.
        var before = TrafficKeyOf(world.Device(device));
        await world.LoginStrangerAsync(Stranger);
        var after = await WaitForKeyAsync(device, key => key.Peer == Stranger);
        Check.That(after.Fingerprint != before, $"traffic key of {device}", "another one", "the same");
    }

    [When("^" + Words.Device + " publishes a reading of the (BME280|digital input)$")]
    public async Task WhenPublishesAReading(string device, string sensor) => await PublishAsync(
        device, sensor == "BME280" ? Readings.Climate(world.Bench) : await Readings.DigitalInputAsync(world.Bench, device, world.Cancellation));

    [When("^" + Words.Device + @" publishes (\d+) bytes?$")]
    public Task WhenPublishesBytes(string device, int bytes) => PublishAsync(device, Payload(bytes));

    [When("^" + Words.Device + " publishes as much as (?:it|" + Words.Device + ") can$")]
    public async Task WhenPublishesAll(string device, string other)
    {
        world.SessionOf(device);
        var party = await world.SamePartyAsync(other.Length > 0 ? other : device);
        await PublishAsync(device, Payload(party.Capabilities.MaximumPayload));
    }

    [When("^" + Words.Device + @" publishes (\d+) bytes (\d+) times$")]
    public async Task WhenPublishesTimes(string device, int bytes, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await PublishAsync(device, Payload(bytes));
            if (device == world.Publisher.Name)
            {
                await ThenOpensTheSame(world.Subscriber.Name, "payload");
            }
        }
    }

    [When("^" + Words.Device + " logs in again$")]
    public async Task WhenLogsInAgain(string device)
    {
        keysBefore.Clear();
        keysBefore.AddRange([TrafficKeyOf(world.Publisher), TrafficKeyOf(world.Subscriber)]);
        await world.RequireLoginAsync(world.Device(device));
        await SubscribeAndWaitForKeysAsync();
    }

    [Then("^" + Words.Device + " opens the same (reading|payload)$")]
    public async Task ThenOpensTheSame(string device, string what)
    {
        var (published, session) = (Published(device), world.SessionOfSubscriber(device));
        try
        {
            var opened = await session.ReceiveAndOpenAsync(world.Patience, world.Cancellation);
            Check.That(
                opened.Plaintext.Span.SequenceEqual(published), $"{what} at {device}", $"the {published.Length} bytes that were published",
                $"{opened.Plaintext.Length} other bytes");
        }
        catch (PartyRefusedException e)
        {
            throw new CheckFailedException($"{what} at {device}", "to open", $"refused with {e.Code}", inner: e);
        }
        catch (SessionException e)
        {
            throw new CheckFailedException($"{what} at {device}", "to arrive", e.Message, inner: e);
        }
    }

    [When("^" + Words.Device + " publishes a block that ends in (.+) and the tap cuts the padding off$")]
    public async Task WhenThePaddingIsCut(string device, string ending)
    {
        // Under ECB a whole block may be cut off: what the subscriber then takes for padding is the publisher's own text.
        byte[] block = ending switch
        {
            "a zero" => [8, 8, 8, 8, 8, 8, 8, 0],
            "a nine" => [9, 9, 9, 9, 9, 9, 9, 9],
            "a lone eight" => [0, 8, 8, 8, 8, 8, 8, 8],
            "eight eights" => [8, 8, 8, 8, 8, 8, 8, 8],
            _ => throw new UnjudgeableException("block that is published", "a zero, a nine, a lone eight or eight eights", ending),
        };
        world.SessionOf(device);
        world.Tap.Attack = new AlterPolicy(Target.Payload(Direction.ToClient, world.Pair.Topic), value => value[..8]);
        await PublishAsync(device, block);
        world.Published = [];
    }

    [Then("^" + Words.Device + " refuses the message with ([A-Z-]+)$")]
    public async Task ThenRefusesTheMessage(string device, string code)
    {
        Published(device);
        var session = world.SessionOfSubscriber(device);
        try
        {
            var opened = await session.ReceiveAndOpenAsync(world.Patience, world.Cancellation);
            throw new CheckFailedException($"message at {device}", $"to be refused with {code}", $"opened, {opened.Plaintext.Length} bytes");
        }
        catch (PartyRefusedException e)
        {
            Check.Equal(code, e.Code, $"refusal of {device}");
        }
    }

    [Then("^" + Words.Device + " does not get the reading$")]
    public async Task ThenDoesNotGetTheReading(string device)
    {
        // A wrong key passes the padding once in 256: only the right plaintext would be a success of it.
        var (published, session) = (Published(device), world.SessionOfSubscriber(device));
        try
        {
            var opened = await session.ReceiveAndOpenAsync(world.Patience, world.Cancellation);
            Check.That(!opened.Plaintext.Span.SequenceEqual(published), $"reading at {device}", "something else", "the reading");
        }
        catch (PartyRefusedException e)
        {
            Check.Equal("BAD-PADDING", e.Code, $"refusal of {device}");
        }
    }

    [Then("^" + Words.Device + " and " + Words.Device + " hold the same traffic key$")]
    public void ThenSameTrafficKey(string first, string second) => Check.Equal(
        world.SessionOf(first).TrafficKey?.Fingerprint, world.SessionOf(second).TrafficKey?.Fingerprint,
        $"traffic key of {first} and {second} (fingerprints)");

    [Then("^the traffic key is the session key of neither$")]
    public void ThenNeithersSessionKey()
    {
        foreach (var device in (DeviceUnderTest[])[world.Publisher, world.Subscriber])
        {
            ScenarioWorld.SessionOf(device);
            Check.That(
                TrafficKeyOf(world.Publisher) != device.Fingerprints[^1], "traffic key of the pair (fingerprint)",
                $"another than the session key of {device.Name}", "the same");
        }
    }

    [Then("^both hold a new traffic key, and the same$")]
    public void ThenBothHoldANewKey()
    {
        var (p, s) = (TrafficKeyOf(world.Publisher), TrafficKeyOf(world.Subscriber));
        Check.Needs(keysBefore.Count > 0, "traffic key", "one from before to compare with", "none", $"When {world.Publisher.Name} logs in again");
        Check.Equal(p, s, "traffic key of publisher and subscriber (fingerprints)");
        Check.That(!keysBefore.Contains(p), "traffic key", "a new one", "one from before");
    }

    [Then("^the reading is nowhere on the wire, raw, in hex or in base64$")]
    public void ThenNowhereOnTheWire()
    {
        var published = Published("the publisher");
        Check.Needs(published.Length > 0 && world.Capture.Count > 0, "wire", "bytes at the tap, and a reading of one byte or more", $"{world.Capture.Count} pieces and {published.Length} bytes");
        var findings = new PlaintextScan(published).Scan(world.Capture);
        Check.That(findings.Count == 0, "plaintext on the wire", "none", string.Join("; ", findings));
    }

    [Then("^a reading sent in clear would have been found$")]
    public async Task ThenAReadingInClearWouldBeFound()
    {
        // The control: the same scan over the same tap must find what is really there.
        var published = Published("the publisher");
        await ScenarioWorld.SessionOf(world.Publisher).PublishAsync(world.Pair.Topic, published, world.Cancellation);
        var findings = new PlaintextScan(published).Scan(world.Capture);
        if (findings.Count == 0)
        {
            throw new InconclusiveException("plaintext scan", "to find a reading sent in clear", "nothing found");
        }

        Check.Judged();
    }

    private async Task PublishAsync(string device, byte[] payload)
    {
        await world.SessionOf(device).PublishSealedAsync(world.Pair.Topic, payload, world.Cancellation);
        world.Published = payload;
    }

    private byte[] Published(string at) => world.Published
        ?? throw new UnjudgeableException($"payload at {at}", "one that was published", "none", $"When {world.Publisher.Name} publishes 16 bytes");

    private static string TrafficKeyOf(DeviceUnderTest device) => ScenarioWorld.SessionOf(device).TrafficKey?.Fingerprint
        ?? throw new UnjudgeableException($"traffic key of {device.Name}", "one that the broker sent it", "none", "Given board and host are logged in");

    private async Task SubscribeAndWaitForKeysAsync()
    {
        await ScenarioWorld.SessionOf(world.Subscriber).SubscribeAsync(world.Pair.Topic, world.Cancellation);
        var expected = world.Broker.TrafficKeyFingerprint(world.Pair.Publisher, world.Pair.Subscriber);
        foreach (var device in (DeviceUnderTest[])[world.Publisher, world.Subscriber])
        {
            await WaitForKeyAsync(device.Name, key => key.Fingerprint == expected);
        }
    }

    private async Task<TrafficKey> WaitForKeyAsync(string device, Func<TrafficKey, bool> wanted)
    {
        try
        {
            return await world.SessionOf(device).WaitForTrafficKeyAsync(wanted, world.Patience, world.Cancellation);
        }
        catch (SessionTimedOutException e)
        {
            throw new CheckFailedException($"traffic key of {device}", "the broker's", "none within the rig's time", inner: e);
        }
        catch (PartyRefusedException e)
        {
            throw new CheckFailedException($"traffic key of {device}", "the broker's", $"its wrap refused with {e.Code}", inner: e);
        }
    }

    // Printable and repetitive on purpose: the plaintext scan and a human both recognise it.
    private static byte[] Payload(int bytes) => [.. Enumerable.Range(0, Words.Bytes(bytes)).Select(i => (byte)('a' + (i % 26)))];
}
