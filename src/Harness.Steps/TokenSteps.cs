using Harness.Schemes.MqttAuth;

namespace Harness.Steps;

/// <summary>Tokens of MQTT-Auth: who may publish and who may read.</summary>
[Binding]
public sealed class TokenSteps(RunEnvironment environment, ScenarioScope scope, BrokerDriver broker, LoginDriver logins)
{
    private TokenOutcome? _outcome;

    [Given("^" + StepPatterns.Device + " created \"([^\"]+)\"$")]
    [When("^" + StepPatterns.Device + " creates \"([^\"]+)\"$")]
    public async Task WhenCreates(string device, string topic) => _outcome = await Session(device).CreateTopicAsync(topic, scope.Cancellation);

    [Given("^" + StepPatterns.Device + " showed its token to (publish on|read) \"([^\"]+)\"$")]
    [When("^" + StepPatterns.Device + " shows its token to (publish on|read) \"([^\"]+)\"$")]
    public async Task WhenShows(string device, string what, string topic) =>
        _outcome = await Session(device).ShowTokenAsync(what == "read" ? TokenOperation.Subscribe : TokenOperation.Publish, topic, scope.Cancellation);

    [Given("^" + StepPatterns.Device + " handed its token to read \"([^\"]+)\" to " + StepPatterns.Device + "$")]
    public Task GivenHandedOver(string from, string topic, string to)
    {
        _ = (Session(from), Session(to));
        return SchemeTestbed.HandOverAsync(logins.Device(from), topic, logins.Device(to), scope.Cancellation);
    }

    [When("^" + StepPatterns.Device + " revokes the token to (publish on|read) \"([^\"]+)\"$")]
    public async Task WhenRevokes(string device, string what, string topic) =>
        _outcome = await Session(device).RevokeAsync(what == "read" ? TokenKind.Authorization : TokenKind.Authentication, topic, scope.Cancellation);

    [Then("^the token service (grants|refuses) it$")]
    public void ThenGrantsOrRefuses(string how) =>
        Check.Equal(how == "grants" ? TokenStatus.Granted : TokenStatus.Refused, Outcome().Status, $"answer of the token service to {Outcome().Operation} {Outcome().Topic}");

    [Then("^" + StepPatterns.Device + " holds two different tokens of \"([^\"]+)\"$")]
    public void ThenHoldsTwo(string device, string topic)
    {
        Check.Equal(topic, Outcome().Topic, $"topic that {device} created");
        Check.That(
            Outcome() is { Authentication: { } one, Authorization: { } other } && one != other, $"tokens of {device} (fingerprints)", "two, and different",
            $"{Outcome().Authentication ?? "none"} and {Outcome().Authorization ?? "none"}");
    }

    [Then("^" + StepPatterns.Device + " cannot show a token to (publish on|read) \"([^\"]+)\"$")]
    public async Task ThenHasNone(string device, string what, string topic)
    {
        Session(device);
        try
        {
            await WhenShows(device, what, topic);
            throw new CheckFailedException($"token of {device} for {topic}", "none", "one was shown");
        }
        catch (PartyRefusedException e)
        {
            Check.Equal("STATE", e.Code, $"refusal of {device}");
        }
    }

    [Then("^what " + StepPatterns.Device + " publishes on \"([^\"]+)\" is refused for want of a grant$")]
    public async Task ThenPublicationRefused(string device, string topic)
    {
        await MustBeRefusedAsync($"publication of {device} on {topic}", () => Session(device).PublishSealedAsync(topic, Payload(topic), scope.Cancellation));
        var judged = broker.Broker.Payloads.Last(logins.Device(device).Client);
        Check.Equal(PayloadReasons.NoGrant, judged?.Reason, "reason in the broker's journal");
    }

    [Then("^the subscription of " + StepPatterns.Device + " to \"([^\"]+)\" is refused$")]
    public Task ThenSubscriptionRefused(string device, string topic) =>
        MustBeRefusedAsync($"subscription of {device} to {topic}", () => Session(device).SubscribeAsync(topic, scope.Cancellation));

    [Then("^what " + StepPatterns.Device + " publishes on \"([^\"]+)\" reaches " + StepPatterns.Device + " and opens$")]
    public async Task ThenReaches(string publisher, string topic, string subscriber)
    {
        await Session(subscriber).SubscribeAsync(topic, scope.Cancellation);
        await Session(publisher).PublishSealedAsync(topic, Payload(topic), scope.Cancellation);
        var opened = await Session(subscriber).ReceiveAndOpenAsync(environment.HandshakeTimeout, scope.Cancellation);
        Check.Equal(topic, opened.Topic, $"topic at {subscriber}");
        Check.That(opened.Plaintext.Span.SequenceEqual(Payload(topic)), $"reading at {subscriber}", "what was published", $"{opened.Plaintext.Length} other bytes");
    }

    [Then("^what " + StepPatterns.Device + " publishes on \"([^\"]+)\" does not reach " + StepPatterns.Device + " any more$")]
    public async Task ThenDoesNotReach(string publisher, string topic, string subscriber)
    {
        await Session(publisher).PublishSealedAsync(topic, Payload(topic), scope.Cancellation);

        // A silence is no proof: the answer to a request made after the PUBACK comes after whatever was sent before it.
        await Session(subscriber).CreateTopicAsync($"mark/{subscriber.Replace(' ', '-')}", scope.Cancellation);
        try
        {
            var message = await Session(subscriber).ReceiveAsync(TimeSpan.FromMilliseconds(20), scope.Cancellation);
            throw new CheckFailedException($"message at {subscriber}", "none", $"one on {message.Topic}");
        }
        catch (SessionTimedOutException)
        {
            Check.Judged(); // nothing was there
        }
    }

    private static async Task MustBeRefusedAsync(string item, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (SessionRefusedException e)
        {
            Check.Equal((byte)Mqtt.ReasonCode.NotAuthorized, (byte)e.Reason, $"reason of the refusal of the {item}");
            return;
        }

        throw new CheckFailedException(item, "to be refused with 0x87", "granted");
    }

    // Other schemes have no token service: asked all the same, the request would wait for an answer that never comes.
    private DeviceSession Session(string device)
    {
        var session = logins.Session(device);
        Check.Needs(
            broker.Scheme == SchemeNames.MqttAuth, "token service", $"a broker of {SchemeNames.MqttAuth}", $"one of {broker.Scheme}",
            "Given a broker of mqtt-auth for board and host on \"lab/level\"");
        return session;
    }

    private TokenOutcome Outcome() => _outcome ?? throw new UnjudgeableException(
        "answer of the token service", "something that it was asked", "nothing", "When board creates \"lab/wind\"");

    private static byte[] Payload(string topic) => System.Text.Encoding.ASCII.GetBytes($"21.5 C on {topic}");
}
