namespace Harness.Steps;

/// <summary>Every scheme at work: from logins to payloads that arrive.</summary>
[Binding]
public sealed class SchemeSteps(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker, LoginDriver logins)
{
    private readonly List<TestbedDevice> _extraSubscribers = [];
    private readonly List<MqttMessage> _unread = [];
    private readonly List<byte[]> _sent = [];
    private ReasonCode? _refusal;
    private bool _actionTried;

    [Given("^logins go over topics$")]
    public void GivenLoginsGoOverTopics() => broker.Binding = LoginBinding.Topics;

    [Given(@"^a broker of ([\w-]+) for " + StepPatterns.Device + " and " + StepPatterns.Device + " on \"([^\"]+)\"$")]
    public async Task GivenABrokerOf(string scheme, string publisher, string subscriber, string topic)
    {
        Check.Needs(SchemeNames.OfBroker.Contains(scheme), "scheme", $"one of {string.Join(", ", SchemeNames.OfBroker)}", $"{scheme}{NearestWord.Hint(scheme, SchemeNames.OfBroker)}");
        await RequireAsync(scheme, publisher, subscriber);
        broker.Scheme = scheme;
        var (p, s) = (environment.Bench.Device(publisher).Name, environment.Bench.Device(subscriber).Name);
        await broker.StartAsync(new KeyPair(p, s, topic));
        logins.EnrolPair(publisher, subscriber);
    }

    [Given("^" + StepPatterns.Device + " and " + StepPatterns.Device + " are ready to talk$")]
    public async Task GivenReadyToTalk(string publisher, string subscriber)
    {
        await logins.RequireLoginsAsync(publisher, subscriber);
        _ = (LoginDriver.Session(broker.Publisher), LoginDriver.Session(broker.Subscriber));
        await broker.Testbed.AdmitAsync(broker.Publisher, scope.Cancellation);
        await broker.Testbed.AdmitAsync(broker.Subscriber, scope.Cancellation);
        await broker.Testbed.WaitForKeysAsync(scope.Cancellation);
    }

    [Given(@"^(\d+) more subscribers listen$")]
    public async Task GivenMoreSubscribers(int count)
    {
        _ = broker.Pair;
        for (var i = 1; i <= count; i++)
        {
            _extraSubscribers.Add(await logins.AddGuestAsync($"listener-{i}"));
            await broker.Testbed.AdmitAsync(_extraSubscribers[^1], scope.Cancellation);
        }
    }

    [When("^" + StepPatterns.Device + @" publishes (\d+) payloads that " + StepPatterns.Device + " leaves unread$")]
    public async Task WhenLeftUnread(string publisher, int count, string subscriber)
    {
        logins.Session(publisher);
        logins.SubscriberSession(subscriber);
        for (var i = 0; i < count; i++)
        {
            _sent.Add([.. Enumerable.Range(0, 16).Select(b => (byte)('a' + b + i))]);
            await logins.Session(publisher).PublishSealedAsync(broker.Pair.Topic, _sent[^1], scope.Cancellation);
            _unread.Add(await logins.Session(subscriber).ReceiveAsync(environment.HandshakeTimeout, scope.Cancellation));
        }
    }

    [Then("^" + StepPatterns.Device + " still opens the first of them$")]
    public async Task ThenStillOpens(string device)
    {
        Check.Needs(_unread.Count > 0, $"payload at {device}", "one that it left unread", "none", $"When host publishes 2 payloads that {device} leaves unread");
        var party = await logins.SamePartyAsync(device);
        try
        {
            var opened = await party.OpenAsync(_unread[0].Topic, _unread[0].Payload, scope.Cancellation);
            Check.That(opened.Value.AsSpan().SequenceEqual(_sent[0]), $"payload at {device}", "what was published", $"{opened.Value.Length} other bytes");
        }
        catch (PartyRefusedException e)
        {
            throw new CheckFailedException($"payload sealed before the re-authentication of {device}", "to open", $"refused with {e.Code}", inner: e);
        }
    }

    [Then("^" + StepPatterns.Device + " refuses the second with ([A-Z-]+) once its old key is forgotten$")]
    public async Task ThenRefusesOnceForgotten(string device, string code)
    {
        Check.Needs(_unread.Count > 1, $"payload at {device}", "a second one that it left unread", $"{_unread.Count}", $"When host publishes 2 payloads that {device} leaves unread");
        var party = await logins.SamePartyAsync(device);
        await party.ForgetOldKeyAsync(scope.Cancellation);
        try
        {
            await party.OpenAsync(_unread[1].Topic, _unread[1].Payload, scope.Cancellation);
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
        Check.Needs(_extraSubscribers.Count > 0, "further subscribers", "one or more", "none", "Given 3 more subscribers listen");
        Check.Needs(broker.Published is not null, "payload at further subscribers", "one that was published", "none", $"When {broker.Publisher.Name} publishes {bytes} bytes");
        foreach (var listener in _extraSubscribers)
        {
            var opened = await listener.Session!.ReceiveAndOpenAsync(environment.HandshakeTimeout, scope.Cancellation);
            Check.Equal(bytes, opened.Plaintext.Length, $"bytes that {listener.Name} opened");
            Check.That(
                opened.Plaintext.Span.SequenceEqual([.. Enumerable.Range(0, bytes).Select(i => (byte)('a' + (i % 26)))]), $"payload at {listener.Name}",
                "what was published", "other bytes");
        }
    }

    [When("^" + StepPatterns.Device + " publishes a payload that is no seal$")]
    public async Task WhenNoSeal(string device)
    {
        var session = logins.Session(device);
        _actionTried = true;
        try
        {
            await session.PublishAsync(broker.Pair.Topic, new byte[44], scope.Cancellation);
            _refusal = null;
        }
        catch (SessionRefusedException e)
        {
            _refusal = e.Reason;
        }
    }

    [Then("^the broker refuses it with reason " + StepPatterns.Reason + "$")]
    public void ThenRefuses(string reason)
    {
        Check.Needs(_actionTried, "payload that is no seal", "one that was published", "none", "When host publishes a payload that is no seal");
        Check.That(
            _refusal == StepPatterns.ReasonOf(reason), "payload that is no seal", $"0x{reason}", _refusal is { } seen ? $"0x{(byte)seen:x2}" : "taken");
    }

    [Given("^a broker that takes registrations over the wire$")]
    public Task GivenABrokerThatTakesRegistrations() =>
        broker.StartAsync(configure: options => options with { AsPublishedRegistration = true, AllowAnonymous = true });

    [When("^" + StepPatterns.Device + " registers its W over the wire$")]
    public async Task WhenRegisters(string device)
    {
        var under = logins.Enrol(device, profile: "as-published");
        logins.RemoveAccount(under);
        await WireRegistration.RunAsync(
            await logins.PartyAsync(device),
            new DeviceSessionOptions { Endpoint = broker.Broker.Endpoint, Identity = under.Identity, LoginTimeout = environment.HandshakeTimeout },
            scope.Cancellation);
    }

    // Asked all the same it would refuse, and that would read like a device that does wrong.
    private async Task RequireAsync(string scheme, params string[] devices)
    {
        foreach (var device in devices)
        {
            var party = await logins.PartyAsync(device);
            if (!party.Capabilities.Schemes.Contains(scheme))
            {
                throw new InconclusiveException($"schemes of {device}", scheme, string.Join(", ", party.Capabilities.Schemes));
            }
        }
    }
}
