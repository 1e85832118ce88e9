using Harness.Schemes.Hardened;

namespace Harness.Steps;

/// <summary>The hardened scheme: one publisher, listeners in this process, pseudonyms and epochs.</summary>
[Binding]
public sealed class HardenedSteps(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker, TapDriver tap, LoginDriver logins)
{
    private const string Group = "p256"; // the one in which boards run the scheme
    private const string Ready = "Given host and every listener are ready to talk";
    private const string Publish = "When host publishes 16 bytes";
    private readonly List<ReadMessage> _read = [];
    private uint? _epoch;
    private TestbedDevice? _late;
    private LoginResult? _clone;
    private int _withheld;

    [Given("^a hardened broker for " + StepPatterns.Device + @" and (\d+) listeners? on ""([^""]+)""(?: (with|without) signatures)?(?: under ([\w-]+))?$")]
    public async Task GivenAHardenedBroker(string publisher, int listeners, string topic, string signatures, string cipher)
    {
        Check.Needs(listeners is > 0 and <= 1000, "listeners", "1 to 1000", $"{listeners}");
        var party = await logins.PartyAsync(publisher);
        if (!party.Capabilities.Schemes.Contains(SchemeNames.Hardened))
        {
            throw new InconclusiveException($"schemes of {publisher}", SchemeNames.Hardened, string.Join(", ", party.Capabilities.Schemes));
        }

        broker.Scheme = SchemeNames.Hardened;
        broker.Signed = signatures == "with";
        broker.PairCipher = cipher.Length > 0 ? Check.Read(() => HardenedCipher.ByName(cipher), "cipher", cipher) : HardenedCipher.PresentEax;
        await broker.StartAsync(new KeyPair(environment.Bench.Device(publisher).Name, "listener-1", topic));
        logins.Enrol(publisher, Group, "framed", DevicePart.Publisher);
        for (var i = 1; i <= listeners; i++)
        {
            AddListener(i);
        }
    }

    [Given("^" + StepPatterns.Device + " listens too$")]
    public async Task GivenListensToo(string device)
    {
        _ = broker.Pair;
        var party = await logins.PartyAsync(device);
        if (!party.Capabilities.Schemes.Contains(SchemeNames.Hardened))
        {
            throw new InconclusiveException($"schemes of {device}", SchemeNames.Hardened, string.Join(", ", party.Capabilities.Schemes));
        }

        logins.Enrol(device, Group, "framed", DevicePart.Subscriber);
    }

    [Given("^" + StepPatterns.Device + " and every listener are ready to talk$")]
    public async Task GivenReady(string publisher)
    {
        _ = broker.Pair;
        foreach (var listener in Listeners())
        {
            await listener.LogInAsync(scope.Cancellation);
        }

        await logins.RequireLoginAsync(logins.Device(publisher));
        await broker.Testbed.WaitForKeysAsync(scope.Cancellation);
        _epoch = Epoch();
    }

    [When("^a late listener joins$")]
    public async Task WhenALateListenerJoins()
    {
        _late = AddListener(Listeners().Count + 1);
        await _late.LogInAsync(scope.Cancellation);
        await broker.Testbed.WaitForKeysAsync(scope.Cancellation);
    }

    [When("^" + StepPatterns.Device + @" revokes listener (\d+)$")]
    public async Task WhenRevokes(string publisher, int listener)
    {
        var revoked = Listener(listener);
        await logins.Session(publisher).RevokeAsync(revoked.Client, scope.Cancellation);
        var epoch = Epoch();
        foreach (var other in Listeners().Where(l => l != revoked))
        {
            await LoginDriver.Session(other).WaitForPairsAsync(s => s.Epoch >= epoch, environment.HandshakeTimeout, scope.Cancellation);
        }
    }

    [When(@"^listener (\d+) loses its power and logs in again$")]
    public async Task WhenAListenerLosesPower(int listener)
    {
        await broker.Testbed.PowerCycleAsync(Listener(listener), scope.Cancellation);
        await Listener(listener).LogInAsync(scope.Cancellation);
        await broker.Testbed.WaitForKeysAsync(scope.Cancellation);
    }

    [When("^the publisher loses its power and logs in again$")]
    public async Task WhenThePublisherLosesPower()
    {
        await broker.Testbed.PowerCycleAsync(broker.Publisher, scope.Cancellation);
        await logins.RequireLoginAsync(broker.Publisher);
        await broker.Testbed.WaitForKeysAsync(scope.Cancellation);
    }

    [When(@"^the broker withholds (\d+) messages?$")]
    public async Task WhenWithheld(int count)
    {
        _ = LoginDriver.Session(broker.Publisher);
        for (var i = 0; i < count; i++, _withheld++)
        {
            // Sealed and counted by the publisher, and never delivered.
            await broker.Publisher.SealAsync(broker.Pair.Topic, new byte[8], scope.Cancellation);
        }
    }

    [When(@"^the broker shows listener (\d+) and listener (\d+) different messages$")]
    public async Task WhenDivided(int one, int other)
    {
        _ = LoginDriver.Session(broker.Publisher);
        foreach (var listener in (TestbedDevice[])[Listener(one), Listener(other)])
        {
            _ = LoginDriver.Session(listener);
            var payload = await broker.Publisher.SealAsync(broker.Pair.Topic, new byte[8], scope.Cancellation);
            await broker.Broker.PublishAsync(broker.Publisher.Party.Pairs!.Status.WireTopic!, payload, listener.Client, scope.Cancellation);
            var read = await listener.ReadAllAsync(scope.Cancellation);
            Check.That(read is [{ Plaintext: not null }], $"message for {listener.Name} alone", "opened", $"{read.Count(m => m.Plaintext is not null)} of {read.Count} opened");
        }

        _withheld++;
    }

    [When(@"^the keys of the next epoch never reach listener (\d+)$")]
    public async Task WhenTheKeysAreLost(int listener)
    {
        var losing = Listener(listener);
        _ = LoginDriver.Session(losing);
        var lost = new DropPolicy(PacketField.Payload(PacketDirection.ToClient, losing.Party.Pairs!.PairTopic).Selector, NthPacketPolicy.Every);
        tap.Attack(lost);
        await LoginDriver.Session(broker.Publisher).BeginEpochAsync(scope.Cancellation);
        Check.That(await lost.WaitForTriggerAsync(environment.HandshakeTimeout, scope.Cancellation), $"keys for {losing.Name}", "at the tap", "none in time");
        tap.EndAttack();
        _withheld++;
    }

    [When("^the publisher begins an epoch$")]
    public async Task WhenAnEpochBegins()
    {
        _ = LoginDriver.Session(broker.Publisher);
        await broker.Testbed.WaitForKeysAsync(scope.Cancellation);
    }

    [When(@"^(\d+) logins of " + StepPatterns.Device + " never reach the broker$")]
    public void WhenLost(int count, string device)
    {
        broker.Testbed.MemoryOf(logins.Device(device)).SkipAttempts((ulong)count);
    }

    [When("^" + StepPatterns.Device + " forgets the numbers that never repeat$")]
    public void WhenForgets(string device) => broker.Testbed.ForgetNumbers(logins.Device(device));

    [When("^a clone of " + StepPatterns.Device + " logs in with a pseudonym that was used$")]
    public async Task WhenACloneLogsIn(string device)
    {
        var original = logins.Device(device);
        _ = LoginDriver.Session(original);
        var numbers = new HardenedMemory();
        numbers.Provision(0, 0);
        var told = broker.Testbed.ToldOf(original);
        using var clone = new HostParty("clone");
        _clone = await LoginResult.ObserveAsync(async () =>
        {
            await using var session = await DeviceSession.LoginAsync(
                clone, broker.Testbed.SessionOptions(told with { Hardened = told.Hardened! with { Memory = numbers } }), scope.Cancellation);
            return session.Fingerprint;
        });
    }

    [Then("^every listener opens the same payload$")]
    public async Task ThenEveryListenerOpens()
    {
        var published = Published();
        foreach (var listener in Listeners())
        {
            _ = LoginDriver.Session(listener);
            var messages = await listener.ReadAllAsync(scope.Cancellation);
            Check.Equal(1, messages.Count, $"messages that reached {listener.Name}");
            Check.That(
                messages[0].Plaintext is { } plaintext && plaintext.Span.SequenceEqual(published), $"payload at {listener.Name}",
                "what was published", messages[0].Refusal is { } refusal ? $"refused with {PartyRefusedException.Word(refusal)}" : "other bytes");
            _read.Add(messages[0]);
        }
    }

    [Then("^no listener takes again what was sent before$")]
    public async Task ThenNothingIsTakenAgain()
    {
        Check.Needs(_read.Count > 0, "messages sent before", "some that listeners opened", "none", "Then every listener opens the same payload");
        foreach (var listener in Listeners())
        {
            await MustRefuseAsync(listener);
        }
    }

    [Then("^the late listener opens nothing that was published before it joined$")]
    public async Task ThenTheLateListenerOpensNothing()
    {
        Check.Needs(_late is not null, "late listener", "one", "none", "When a late listener joins");
        Check.Needs(_read.Count > 0, "messages sent before", "some that listeners opened", "none", "Then every listener opens the same payload");
        await MustRefuseAsync(_late);
    }

    [Then(@"^listener (\d+) gets nothing of it$")]
    public async Task ThenGetsNothing(int listener)
    {
        Published();
        var messages = await Listener(listener).ReadAllAsync(scope.Cancellation);
        Check.That(messages.Count == 0, $"messages that reached listener {listener}", "none", $"{messages.Count}");
    }

    [Then("^a new epoch has begun$")]
    public void ThenANewEpoch()
    {
        Check.Needs(_epoch is not null, "epoch", "one from before to compare with", "none", Ready);
        var now = Epoch();
        Check.That(now > _epoch, "epoch of the publisher", $"above {_epoch}", $"{now}");
    }

    [Then(@"^every listener knows of (\d+) missing messages?$")]
    public void ThenKnowsOfMissing(int count)
    {
        Check.Needs(_withheld > 0, "missing messages", "some that the broker withheld", "none", "When the broker withholds 1 message");
        foreach (var listener in Listeners())
        {
            Check.Equal((ulong)count, listener.Party.Pairs!.Status.Missing, $"messages that {listener.Name} knows it missed");
        }
    }

    [Then("^the broker refuses the clone and tells that the pseudonym of " + StepPatterns.Device + " came again$")]
    public void ThenTheCloneIsTold(string device)
    {
        Check.Needs(_clone is not null, "clone", "one that logged in", "none", $"When a clone of {device} logs in with a pseudonym that was used");
        Check.That(_clone.Reason == ReasonCode.NotAuthorized, "login of the clone", "refused with 0x87", _clone.Seen);
        Check.That(broker.Broker.PseudonymReuses.Last(logins.Device(device).Client) is not null, $"pseudonyms of {device} that came again", "one", "none");
    }

    [Then("^the wire names no client and no topic, and no ClientId twice$")]
    public void ThenTheWireNamesNobody()
    {
        var seen = tap.Tap.Seen;
        var names = seen.Select(p => p.Packet).OfType<ConnectPacket>().Select(c => c.ClientId).ToList();
        Check.Needs(names.Count > 1, "logins at the tap", "two or more", $"{names.Count}", Ready);
        Check.Equal(names.Count, names.Distinct().Count(), "different ClientIds at the tap");
        var bytes = seen.Where(p => !IsMark(p)).Select(p => p.Raw).ToList();
        foreach (var name in (string[])[broker.Publisher.Client, .. Listeners().Select(l => l.Client), broker.Pair.Topic])
        {
            var text = Encoding.UTF8.GetBytes(name);
            Check.That(!bytes.Any(b => b.Span.IndexOf(text) >= 0), $"packets that hold {name}", "none", "one");
        }
    }

    // What the harness itself sends to end a reading; no party of the scheme does.
    private static bool IsMark(ProxiedPacket packet) => packet.Packet is PublishPacket publish && publish.Topic.StartsWith("aug/", StringComparison.Ordinal);

    private async Task MustRefuseAsync(TestbedDevice listener)
    {
        _ = LoginDriver.Session(listener);
        var current = listener.Party.Pairs!.Status.WireTopic!;
        foreach (var message in _read)
        {
            foreach (var topic in new[] { message.Topic, current })
            {
                var again = await listener.OpenAsync(topic, message.Payload, scope.Cancellation);
                Check.That(again.Refusal is not null, $"message sent before, again at {listener.Name}", "refused", "opened");
            }
        }
    }

    private TestbedDevice AddListener(int number)
    {
        var rig = environment.Bench.Rig;
        var name = $"listener-{number}";
        return broker.Testbed.AddHost(name, new PartyIdentity(name, rig.Server, RandomPasswords.New(), Group, "framed"), DevicePart.Subscriber);
    }

    private List<TestbedDevice> Listeners()
    {
        _ = broker.Pair;
        return [.. broker.Testbed.Subscribers];
    }

    private TestbedDevice Listener(int number) => logins.Device($"listener-{number}");

    private byte[] Published() => broker.Published ?? throw new UnjudgeableException("payload at the listeners", "one that was published", "none", Publish);

    private uint Epoch() => broker.Publisher.Party.Pairs?.Status.Epoch
        ?? throw new UnjudgeableException("epoch of the publisher", "one that began", "none", Ready);
}
