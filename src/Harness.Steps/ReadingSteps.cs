namespace Harness.Steps;

/// <summary>Payloads from a publisher to a subscriber.</summary>
[Binding]
public sealed class ReadingSteps(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    private const string Stranger = "stranger";
    private const string OtherTopic = "lab/other";

    private readonly List<string> _keysBefore = [];

    [Given("^a broker that pairs " + StepPatterns.Device + " with " + StepPatterns.Device + @" on ""([^""]+)"" using (80|128)-bit keys$")]
    public async Task GivenAPair(string publisher, string subscriber, string topic, int bits)
    {
        var (p, s) = (environment.Bench.Device(publisher).Name, environment.Bench.Device(subscriber).Name);
        await broker.StartAsync(new KeyPair(p, s, topic), bits, [new KeyPair(Stranger, s, OtherTopic)]);
        logins.EnrolPair(publisher, subscriber);
    }

    [Given("^" + StepPatterns.Device + " and " + StepPatterns.Device + " are logged in$")]
    public async Task GivenBothAreLoggedIn(string first, string second)
    {
        await logins.RequireLoginsAsync(first, second);
        await SubscribeAndWaitForKeysAsync();
    }

    [Given("^only " + StepPatterns.Device + " is logged in$")]
    public Task GivenOnlyOneIsLoggedIn(string device) => logins.RequireLoginAsync(logins.Device(device));

    [Given("^" + StepPatterns.Device + " was handed another traffic key$")]
    public async Task GivenAnotherTrafficKey(string device)
    {
        // As published, a subscriber keeps one key: a third party that is paired with it replaces what it had.
        var before = TrafficKeyOf(logins.Device(device));
        await logins.AddGuestAsync(Stranger);
        var after = await WaitForKeyAsync(device, key => key.Peer == Stranger);
        Check.That(after.Fingerprint != before, $"traffic key of {device}", "another one", "the same");
    }

    [When("^" + StepPatterns.Device + @" publishes a reading of the (digital input|[A-Za-z][\w.-]*)$")]
    public async Task WhenPublishesAReading(string device, string sensor)
    {
        _ = logins.Session(device);
        await PublishAsync(device, sensor switch
        {
            "BME280" => Readings.Climate(environment.Bench),
            "digital input" => await Readings.DigitalInputAsync(environment.Bench, device, scope.Cancellation),
            _ => Readings.Sensor(environment.Bench, sensor, (await logins.SamePartyAsync(device)).Capabilities.MaximumPayload, scope.Cancellation),
        });
    }

    [When("^" + StepPatterns.Device + " publishes a reading of its own BME280$")]
    public async Task WhenPublishesItsOwnReading(string device)
    {
        _ = logins.Session(device);
        await PublishAsync(device, await Readings.OwnClimateAsync(await environment.Bench.GetBoardAsync(device, scope.Cancellation), scope.Cancellation));
    }

    [When("^" + StepPatterns.Device + @" publishes (\d+) bytes?$")]
    public Task WhenPublishesBytes(string device, int bytes) => PublishAsync(device, Payload(bytes));

    [When("^" + StepPatterns.Device + " publishes as much as (?:it|" + StepPatterns.Device + ") can$")]
    public async Task WhenPublishesAll(string device, string other)
    {
        logins.Session(device);
        var party = await logins.SamePartyAsync(other.Length > 0 ? other : device);
        await PublishAsync(device, Payload(party.Capabilities.MaximumPayload));
    }

    [When("^" + StepPatterns.Device + @" publishes (\d+) bytes (\d+) times$")]
    public async Task WhenPublishesTimes(string device, int bytes, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await PublishAsync(device, Payload(bytes));
            if (device == broker.Publisher.Name)
            {
                await ThenOpensTheSame(broker.Subscriber.Name, "payload");
            }
        }
    }

    [When("^" + StepPatterns.Device + " logs in again$")]
    public async Task WhenLogsInAgain(string device)
    {
        _keysBefore.Clear();
        _keysBefore.AddRange([TrafficKeyOf(broker.Publisher), TrafficKeyOf(broker.Subscriber)]);
        await logins.RequireLoginAsync(logins.Device(device));
        await SubscribeAndWaitForKeysAsync();
    }

    [Then("^" + StepPatterns.Device + " opens the same (reading|payload)$")]
    public async Task ThenOpensTheSame(string device, string what)
    {
        var (published, session) = (Published(device), logins.SubscriberSession(device));
        try
        {
            var opened = await session.ReceiveAndOpenAsync(environment.HandshakeTimeout, scope.Cancellation);
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

    [When("^" + StepPatterns.Device + " publishes a block that ends in (.+) and the tap cuts the padding off$")]
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
        logins.Session(device);
        tap.Tap.Attack = new AlterPolicy(PacketField.Payload(PacketDirection.ToClient, broker.Pair.Topic), value => value[..8]);
        await PublishAsync(device, block);
        broker.Published = [];
    }

    [Then("^" + StepPatterns.Device + " refuses the message with ([A-Z-]+)$")]
    public async Task ThenRefusesTheMessage(string device, string code)
    {
        Published(device);
        var session = logins.SubscriberSession(device);
        try
        {
            var opened = await session.ReceiveAndOpenAsync(environment.HandshakeTimeout, scope.Cancellation);
            throw new CheckFailedException($"message at {device}", $"to be refused with {code}", $"opened, {opened.Plaintext.Length} bytes");
        }
        catch (PartyRefusedException e)
        {
            Check.Equal(code, e.Code, $"refusal of {device}");
        }
    }

    [Then("^" + StepPatterns.Device + " does not get the reading$")]
    public async Task ThenDoesNotGetTheReading(string device)
    {
        // A wrong key passes the padding once in 256: only the right plaintext would be a success of it.
        var (published, session) = (Published(device), logins.SubscriberSession(device));
        try
        {
            var opened = await session.ReceiveAndOpenAsync(environment.HandshakeTimeout, scope.Cancellation);
            Check.That(!opened.Plaintext.Span.SequenceEqual(published), $"reading at {device}", "something else", "the reading");
        }
        catch (PartyRefusedException e)
        {
            Check.Equal("BAD-PADDING", e.Code, $"refusal of {device}");
        }
    }

    [Then("^" + StepPatterns.Device + " and " + StepPatterns.Device + " hold the same traffic key$")]
    public void ThenSameTrafficKey(string first, string second) => Check.Equal(
        logins.Session(first).TrafficKey?.Fingerprint, logins.Session(second).TrafficKey?.Fingerprint,
        $"traffic key of {first} and {second} (fingerprints)");

    [Then("^the traffic key is the session key of neither$")]
    public void ThenNeithersSessionKey()
    {
        foreach (var device in (TestbedDevice[])[broker.Publisher, broker.Subscriber])
        {
            LoginDriver.Session(device);
            Check.That(
                TrafficKeyOf(broker.Publisher) != device.Fingerprints[^1], "traffic key of the pair (fingerprint)",
                $"another than the session key of {device.Name}", "the same");
        }
    }

    [Then("^both hold a new traffic key, and the same$")]
    public void ThenBothHoldANewKey()
    {
        var (p, s) = (TrafficKeyOf(broker.Publisher), TrafficKeyOf(broker.Subscriber));
        Check.Needs(_keysBefore.Count > 0, "traffic key", "one from before to compare with", "none", $"When {broker.Publisher.Name} logs in again");
        Check.Equal(p, s, "traffic key of publisher and subscriber (fingerprints)");
        Check.That(!_keysBefore.Contains(p), "traffic key", "a new one", "one from before");
    }

    [Then("^the reading is nowhere on the wire, raw, in hex or in base64$")]
    public void ThenNowhereOnTheWire()
    {
        var published = Published("the publisher");
        Check.Needs(published.Length > 0 && tap.Capture.Count > 0, "wire", "bytes at the tap, and a reading of one byte or more", $"{tap.Capture.Count} pieces and {published.Length} bytes");
        var findings = new PlaintextScan(published).Scan(tap.Capture);
        Check.That(findings.Count == 0, "plaintext on the wire", "none", string.Join("; ", findings));
    }

    [Then("^a reading sent in clear would have been found$")]
    public async Task ThenAReadingInClearWouldBeFound()
    {
        // The control: the same scan over the same tap must find what is really there.
        var published = Published("the publisher");
        await LoginDriver.Session(broker.Publisher).PublishAsync(broker.Pair.Topic, published, scope.Cancellation);
        var findings = new PlaintextScan(published).Scan(tap.Capture);
        if (findings.Count == 0)
        {
            throw new InconclusiveException("plaintext scan", "to find a reading sent in clear", "nothing found");
        }

        Check.Judged();
    }

    private async Task PublishAsync(string device, byte[] payload)
    {
        await logins.Session(device).PublishSealedAsync(broker.Pair.Topic, payload, scope.Cancellation);
        broker.Published = payload;
    }

    private byte[] Published(string at) => broker.Published
        ?? throw new UnjudgeableException($"payload at {at}", "one that was published", "none", $"When {broker.Publisher.Name} publishes 16 bytes");

    private static string TrafficKeyOf(TestbedDevice device) => LoginDriver.Session(device).TrafficKey?.Fingerprint
        ?? throw new UnjudgeableException($"traffic key of {device.Name}", "one that the broker sent it", "none", "Given board and host are logged in");

    private async Task SubscribeAndWaitForKeysAsync()
    {
        await LoginDriver.Session(broker.Subscriber).SubscribeAsync(broker.Pair.Topic, scope.Cancellation);
        var expected = broker.Broker.TrafficKeyFingerprint(broker.Pair.Publisher, broker.Pair.Subscriber);
        foreach (var device in (TestbedDevice[])[broker.Publisher, broker.Subscriber])
        {
            await WaitForKeyAsync(device.Name, key => key.Fingerprint == expected);
        }
    }

    private async Task<TrafficKey> WaitForKeyAsync(string device, Func<TrafficKey, bool> wanted)
    {
        try
        {
            return await logins.Session(device).WaitForTrafficKeyAsync(wanted, environment.HandshakeTimeout, scope.Cancellation);
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
    private static byte[] Payload(int bytes) => [.. Enumerable.Range(0, StepPatterns.Bytes(bytes)).Select(i => (byte)('a' + (i % 26)))];
}
