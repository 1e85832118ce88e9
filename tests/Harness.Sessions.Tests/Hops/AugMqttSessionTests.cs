using System.Security.Cryptography;
using Harness.Crypto;
using Harness.Mqtt;
using Harness.Schemes;
using Harness.Schemes.AugMqtt;
using Harness.Sessions.Broker;
using Harness.Sessions.Login;

namespace Harness.Sessions.Tests.Hops;

/// <summary>AugMQTT from publisher to subscriber, over MQTT.</summary>
public sealed class AugMqttSessionTests
{
    private static readonly byte[] Reading = "21.5 C"u8.ToArray();

    [Test]
    public async Task A_reading_is_opened_and_sealed_anew_by_the_broker(
        [Values] LoginBinding publisher, [Values] LoginBinding subscriber, [Values(0, 1, 16, 17, 200)] int length)
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub", binding: publisher);
        var sub = await bench.LogInAsync("sub", binding: subscriber);
        await sub.SubscribeAsync(Bench.Topic, default);
        for (var i = 0; i < 3; i++)
        {
            var reading = RandomNumberGenerator.GetBytes(length);
            var published = await pub.PublishSealedAsync(Bench.Topic, reading, default);
            var opened = await sub.ReceiveAndOpenAsync(Bench.Limit);
            Assert.That(opened.Topic, Is.EqualTo(Bench.Topic));
            Assert.That(opened.Plaintext.ToArray(), Is.EqualTo(reading));
            Assert.That(published.Length, Is.EqualTo(length + HopChannel.Overhead));
        }

        Assert.That(bench.Broker.Payloads.Records.Select(r => (r.Client, r.Topic, r.Accepted, r.Reason)),
            Is.EqualTo(Enumerable.Repeat(("pub", Bench.Topic, true, PayloadReasons.Opened), 3)));
        Assert.That(bench.Broker.Faults, Is.Empty);
    }

    [Test]
    public async Task Each_of_many_subscribers_gets_its_own_sealing_of_the_same_reading()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        var (sub, subParty) = await LogInAsync(bench, "sub");
        var (other, otherParty) = await LogInAsync(bench, "other", LoginBinding.Topics);
        await sub.SubscribeAsync("plant/+", default);
        await other.SubscribeAsync("#", default);
        var published = await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        var one = (await sub.ReceiveAsync(Bench.Limit)).Payload;
        var two = (await other.ReceiveAsync(Bench.Limit)).Payload;
        Assert.That(new[] { published.ToArray(), one.ToArray(), two.ToArray() }.Select(Convert.ToHexString).Distinct().Count(), Is.EqualTo(3));
        Assert.That((await subParty.OpenAsync(Bench.Topic, one, default)).Value, Is.EqualTo(Reading));
        Assert.That((await otherParty.OpenAsync(Bench.Topic, two, default)).Value, Is.EqualTo(Reading));
        Assert.That(Refused(() => subParty.OpenAsync(Bench.Topic, two, default)), Is.EqualTo(PartyRefusal.BadTag));
    }

    [Test]
    public async Task Overlapping_subscriptions_bring_one_copy()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        foreach (var filter in new[] { "#", "plant/+", "plant/#", Bench.Topic })
        {
            await sub.SubscribeAsync(filter, default);
        }

        for (byte i = 0; i < 3; i++)
        {
            await pub.PublishSealedAsync(Bench.Topic, new[] { i }, default);
            Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(new[] { i }));
        }
    }

    [TestCase(QualityOfService.AtMostOnce, QualityOfService.AtMostOnce)]
    [TestCase(QualityOfService.AtMostOnce, QualityOfService.AtLeastOnce)]
    [TestCase(QualityOfService.AtLeastOnce, QualityOfService.AtMostOnce)]
    public async Task Qualities_of_service_mix(QualityOfService publish, QualityOfService subscribe)
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        await sub.SubscribeAsync(Bench.Topic, subscribe, default);
        for (byte i = 0; i < 20; i++)
        {
            await pub.PublishSealedAsync(Bench.Topic, new[] { i }, i % 2 == 0 ? publish : QualityOfService.AtLeastOnce, retain: false, default);
        }

        for (byte i = 0; i < 20; i++)
        {
            Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(new[] { i }));
        }
    }

    [Test]
    public async Task A_retained_reading_lies_opened_at_the_broker_and_is_sealed_for_whoever_subscribes()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        await pub.PublishSealedAsync(Bench.Topic, Reading, QualityOfService.AtLeastOnce, retain: true, default);
        await pub.ReauthenticateAsync(default);
        foreach (var client in new[] { "sub", "other" })
        {
            var late = await bench.LogInAsync(client);
            await late.SubscribeAsync("plant/#", default);
            Assert.That((await late.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(Reading), client);
        }

        // An empty plaintext clears it, as an empty payload does in MQTT; it is routed first.
        await pub.PublishSealedAsync(Bench.Topic, default, QualityOfService.AtLeastOnce, retain: true, default);
        await pub.SubscribeAsync("#", default);
        await pub.PublishSealedAsync("plant/2", new byte[] { 9 }, default);
        Assert.That((await pub.ReceiveAndOpenAsync(Bench.Limit)).Topic, Is.EqualTo("plant/2"), "nothing is retained any more");
    }

    [Test]
    public async Task What_is_wrong_is_refused_journalled_and_not_routed()
    {
        await using var bench = await StartAsync();
        var (pub, party) = await LogInAsync(bench, "pub");
        var sub = await bench.LogInAsync("sub");
        await sub.SubscribeAsync("#", default);
        var good = await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        await sub.ReceiveAndOpenAsync(Bench.Limit);
        var flipped = (await party.SealAsync(Bench.Topic, Reading, default)).Value;
        flipped[^1] ^= 1;
        var elsewhere = (await party.SealAsync("plant/2", Reading, default)).Value;
        (ReadOnlyMemory<byte> Payload, string Reason, ReasonCode PubAck)[] wrong =
        [
            (good, PayloadReasons.Replay, ReasonCode.NotAuthorized),
            (flipped, PayloadReasons.BadTag, ReasonCode.NotAuthorized),
            (elsewhere, PayloadReasons.BadTag, ReasonCode.NotAuthorized),
            (Reading, PayloadReasons.BadTag, ReasonCode.PayloadFormatInvalid),
            (Array.Empty<byte>(), PayloadReasons.BadTag, ReasonCode.PayloadFormatInvalid),
        ];
        foreach (var (payload, reason, pubAck) in wrong)
        {
            var refused = Assert.ThrowsAsync<SessionRefusedException>(() => pub.PublishAsync(Bench.Topic, payload, default));
            Assert.That(refused!.Reason, Is.EqualTo(pubAck));
            var last = bench.Broker.Payloads.Last("pub")!;
            Assert.That((last.Topic, last.Accepted, last.Reason), Is.EqualTo((Bench.Topic, false, reason)));
        }

        await pub.PublishSealedAsync(Bench.Topic, new byte[] { 1 }, default);
        Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(new byte[] { 1 }), "nothing came in between");
    }

    [Test]
    public async Task What_the_broker_sent_is_not_taken_back_in_its_name()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        await sub.SubscribeAsync(Bench.Topic, default);
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        var received = await sub.ReceiveAsync(Bench.Limit);
        Assert.ThrowsAsync<SessionRefusedException>(() => sub.PublishAsync(Bench.Topic, received.Payload, default));
        Assert.That(bench.Broker.Payloads.Last("sub")!.Reason, Is.EqualTo(PayloadReasons.BadTag), "of the other direction");
    }

    [Test]
    public async Task On_topics_a_wrong_payload_is_acknowledged_and_goes_nowhere()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub", binding: LoginBinding.Topics);
        var sub = await bench.LogInAsync("sub");
        await sub.SubscribeAsync(Bench.Topic, default);
        await pub.PublishAsync(Bench.Topic, new byte[40], default);
        Assert.That(bench.Broker.Payloads.Last("pub")!.Reason, Is.EqualTo(PayloadReasons.BadTag));
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(Reading));
    }

    [Test]
    public async Task A_connection_that_has_not_logged_in_publishes_and_reads_nothing_whatever_its_name()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        await using var stranger = await AnonymousAsync(bench, "sub", MqttVersion.V5);
        Assert.That(await stranger.SubscribeAsync("#"), Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(await stranger.PublishAsync(Bench.Topic, new byte[40], QualityOfService.AtLeastOnce), Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(bench.Broker.Payloads.Last("sub")!.Reason, Is.EqualTo(PayloadReasons.NoKey));
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        await bench.Broker.PublishAsync(Bench.Topic, Reading, onlyToClient: "sub");
        Assert.That(await stranger.SubscribeAsync(PrivateTopics.LoginAnswer("sub")), Is.EqualTo(ReasonCode.GrantedQos1), "a round trip");
        Assert.That(stranger.Messages.TryRead(out _), Is.False);
    }

    [Test]
    public async Task Who_takes_over_a_name_on_topics_gets_nothing_of_the_session_before()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub", binding: LoginBinding.Topics);
        await sub.SubscribeAsync(Bench.Topic, default);
        await using var thief = await MqttClient.ConnectAsync(
            new MqttClientOptions { Port = bench.Broker.Endpoint.Port, ClientId = "sub", CleanStart = false, Version = MqttVersion.V311 }, default);
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        Assert.That(await thief.SubscribeAsync(PrivateTopics.LoginAnswer("sub")), Is.EqualTo(ReasonCode.GrantedQos1), "a round trip");
        Assert.That(thief.Messages.TryRead(out _), Is.False);
    }

    [Test]
    public async Task What_came_while_a_client_was_away_is_sealed_under_the_key_of_its_new_login()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        var party = bench.Party("sub");
        await party.ProvisionAsync(bench.Options("sub").Identity, default);
        var left = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Broker.ClientDisconnected += client => left.TrySetResult(client);
        await using (var before = await MqttClient.ConnectAsync(Kept(bench, party), default))
        {
            await before.SubscribeAsync(Bench.Topic);
        }

        Assert.That(await left.Task.WaitAsync(Bench.Limit), Is.EqualTo("sub"));
        Assert.That(bench.Broker.ConnectedClients, Does.Not.Contain("sub"));
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        await using var after = await MqttClient.ConnectAsync(Kept(bench, party), default);
        using var limit = new CancellationTokenSource(Bench.Limit);
        var message = await after.Messages.ReadAsync(limit.Token);
        Assert.That((await party.OpenAsync(message.Topic, message.Payload, default)).Value, Is.EqualTo(Reading));
        await pub.PublishSealedAsync(Bench.Topic, new byte[] { 2 }, default);
        message = await after.Messages.ReadAsync(limit.Token);
        Assert.That((await party.OpenAsync(message.Topic, message.Payload, default)).Value, Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task A_subscription_goes_on_under_the_new_key_after_a_re_authentication([Values] LoginBinding binding)
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub", binding: binding);
        var sub = await bench.LogInAsync("sub", binding: binding);
        await sub.SubscribeAsync(Bench.Topic, default);
        for (byte i = 0; i < 4; i++)
        {
            await (i % 2 == 0 ? sub : pub).ReauthenticateAsync(default);
            await pub.PublishSealedAsync(Bench.Topic, new[] { i }, default);
            Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(new[] { i }));
        }
    }

    [Test]
    public async Task What_was_sealed_in_one_session_is_nothing_in_the_next()
    {
        await using var bench = await StartAsync();
        var (pub, party) = await LogInAsync(bench, "pub");
        var old = (await party.SealAsync(Bench.Topic, Reading, default)).Value;
        await pub.DisposeAsync();
        await using var again = await DeviceSession.LoginAsync(party, bench.Options("pub") with { Provision = false }, default);
        Assert.ThrowsAsync<SessionRefusedException>(() => again.PublishAsync(Bench.Topic, old, default));
        Assert.That(bench.Broker.Payloads.Last("pub")!.Reason, Is.EqualTo(PayloadReasons.BadTag));
    }

    [Test]
    public async Task A_device_that_logs_in_anew_opens_nothing_of_its_session_before()
    {
        await using var bench = await StartAsync();
        var pub = await bench.LogInAsync("pub");
        var (sub, party) = await LogInAsync(bench, "sub");
        await sub.SubscribeAsync(Bench.Topic, default);
        await pub.PublishSealedAsync(Bench.Topic, Reading, default);
        var kept = (await sub.ReceiveAsync(Bench.Limit)).Payload;
        await sub.DisposeAsync();
        await using var again = await DeviceSession.LoginAsync(party, bench.Options("sub") with { Provision = false }, default);
        Assert.That(Refused(() => party.OpenAsync(Bench.Topic, kept, default)), Is.EqualTo(PartyRefusal.BadTag));
    }

    [Test]
    public async Task A_will_cannot_be_sealed_and_is_refused()
    {
        await using var bench = await StartAsync();
        var party = bench.Party("sub");
        await party.ProvisionAsync(bench.Options("sub").Identity, default);
        var judged = bench.Broker.Payloads.NextAsync("sub", new CancellationTokenSource(Bench.Limit).Token);
        var dying = await MqttClient.ConnectAsync(
            Kept(bench, party) with { Will = new MqttMessage(Bench.Topic, Reading, QualityOfService.AtLeastOnce, true), SessionExpirySeconds = 0 }, default);
        await dying.DisconnectAsync(ReasonCode.DisconnectWithWill);
        await dying.DisposeAsync();
        Assert.That((await judged).Reason, Is.EqualTo(PayloadReasons.NoKey));
    }

    [Test]
    public async Task Every_key_can_be_seen_by_a_curious_broker_and_the_device_reports_the_same()
    {
        var seen = new Dictionary<string, string>();
        await using var bench = await Bench.StartAsync(scheme: SchemeNames.AugMqtt, configure: o => o with
        {
            KeysSeen = (client, key) => seen[client] = Fingerprints.Of(key.Span),
        });
        var pub = await bench.LogInAsync("pub");
        Assert.That(seen, Is.EqualTo(new Dictionary<string, string> { ["pub"] = pub.Fingerprint }));
    }

    [Test]
    public async Task The_brokers_work_is_counted_apart_from_the_devices()
    {
        await using var bench = await StartAsync();
        Assert.That(bench.Broker.Counts, Is.EqualTo(default(OperationTally)));
        var (pub, party) = await LogInAsync(bench, "pub");
        var login = bench.Broker.Counts;
        Assert.That((login.Hashes > 0, login.Exponentiations > 0, login.Ciphers), Is.EqualTo((true, true, 0L)));
        var sub = await bench.LogInAsync("sub", binding: LoginBinding.Topics);
        var other = await bench.LogInAsync("other");
        foreach (var session in new[] { sub, other })
        {
            await session.SubscribeAsync(Bench.Topic, default);
        }

        var atRest = bench.Broker.Counts;
        Assert.That(atRest, Is.EqualTo(login + login + login), "each login costs the broker the same, on either binding");
        var partyBefore = await party.CountsAsync(default);
        await pub.PublishSealedAsync(Bench.Topic, new byte[17], default);
        await sub.ReceiveAndOpenAsync(Bench.Limit);
        await other.ReceiveAndOpenAsync(Bench.Limit);
        Assert.That(bench.Broker.Counts - atRest, Is.EqualTo(new OperationTally(0, 0, 3, 0, 12)), "opened once, sealed twice, 4 blocks each");
        Assert.That(await party.CountsAsync(default) - partyBefore, Is.EqualTo(new OperationTally(0, 0, 1, 0, 4)));
    }

    [Test]
    public void A_broker_underneath_that_cannot_re_seal_is_refused_with_the_reason()
    {
        Assert.That(async () => await Bench.StartAsync(scheme: SchemeNames.AugMqtt, configure: o => o with { StartBroker = PlainBroker.StartAsync }),
            Throws.ArgumentException.With.Message.Contains("augmqtt").And.Message.Contains(nameof(PlainBroker)));
    }

    [Test]
    public async Task Under_mqtt_present_a_broker_without_payload_hooks_will_do()
    {
        await using var bench = await Bench.StartAsync(configure: o => o with { StartBroker = PlainBroker.StartAsync });
        var pub = await bench.LogInAsync("pub");
        Assert.That(pub.Fingerprint, Is.EqualTo(bench.Broker.SessionFingerprint("pub")));
    }

    [Test]
    public void An_unknown_scheme_is_refused_with_the_known_ones() =>
        Assert.That(async () => await Bench.StartAsync(scheme: "agmqtt"), Throws.ArgumentException.With.Message.Contains("augmqtt, mqtt-auth"));

    private static Task<Bench> StartAsync() => Bench.StartAsync(scheme: SchemeNames.AugMqtt, configure: o => o with { AllowAnonymous = true });

    private static async Task<(DeviceSession Session, HostParty Party)> LogInAsync(
        Bench bench, string client, LoginBinding binding = LoginBinding.EnhancedAuthentication)
    {
        var party = bench.Party(client);
        return (await bench.LogInAsync(client, party: party, binding: binding), party);
    }

    private static Task<MqttClient> AnonymousAsync(Bench bench, string client, MqttVersion version) =>
        MqttClient.ConnectAsync(new MqttClientOptions { Port = bench.Broker.Endpoint.Port, ClientId = client, Version = version }, CancellationToken.None);

    /// <summary>A client of "sub" whose session the broker keeps.</summary>
    private static MqttClientOptions Kept(Bench bench, IParty party) => new()
    {
        Port = bench.Broker.Endpoint.Port, ClientId = "sub", CleanStart = false, SessionExpirySeconds = 600,
        Authentication = new AugPakeLogin(party, bench.Options("sub").Identity),
    };

    private static PartyRefusal Refused(Func<ValueTask<Timed<byte[]>>> open) => Assert.ThrowsAsync<PartyRefusedException>(async () => await open())!.Refusal;

    /// <summary>A broker as a driver on a package may be: all but the payload hooks.</summary>
    private sealed class PlainBroker(IMqttBroker inner) : IMqttBroker
    {
        public System.Net.IPEndPoint Endpoint => inner.Endpoint;

        public IReadOnlyCollection<string> ConnectedClients => inner.ConnectedClients;

        public bool SupportsReauthentication => inner.SupportsReauthentication;

        public static async Task<IMqttBroker> StartAsync(MqttBrokerOptions options, CancellationToken cancellationToken) =>
            new PlainBroker(await MqttBroker.StartAsync(options, cancellationToken));

        public Task PublishAsync(
            string topic, ReadOnlyMemory<byte> payload, QualityOfService qos, bool retain, string? onlyToClient, CancellationToken cancellationToken) =>
            inner.PublishAsync(topic, payload, qos, retain, onlyToClient, cancellationToken);

        public Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason) => inner.DisconnectClientAsync(clientId, reason);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
