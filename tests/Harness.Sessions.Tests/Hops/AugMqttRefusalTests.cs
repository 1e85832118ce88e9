namespace Harness.Sessions.Tests.Hops;

/// <summary>Messages that AugMQTT refuses: payloads altered, taken from elsewhere or from another session, and those who have not logged in.</summary>
public sealed class AugMqttRefusalTests
{
    [Test]
    public async Task A_wrong_payload_is_refused_recorded_and_not_routed()
    {
        await using var bench = await HopBench.StartAsync();
        var (pub, party) = await HopBench.LogInAsync(bench, "pub");
        var sub = await bench.LogInAsync("sub");
        await sub.SubscribeAsync("#", default);
        var good = await pub.PublishSealedAsync(Bench.Topic, HopBench.Reading, default);
        await sub.ReceiveAndOpenAsync(Bench.Limit);
        var flipped = (await party.SealAsync(Bench.Topic, HopBench.Reading, default)).Value;
        flipped[^1] ^= 1;
        var elsewhere = (await party.SealAsync("plant/2", HopBench.Reading, default)).Value;
        (ReadOnlyMemory<byte> Payload, string Reason, ReasonCode PubAck)[] wrong =
        [
            (good, PayloadReasons.Replay, ReasonCode.NotAuthorized),
            (flipped, PayloadReasons.BadTag, ReasonCode.NotAuthorized),
            (elsewhere, PayloadReasons.BadTag, ReasonCode.NotAuthorized),
            (HopBench.Reading, PayloadReasons.BadTag, ReasonCode.PayloadFormatInvalid),
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
    public async Task Messages_that_the_broker_sent_are_not_accepted_back_under_its_name()
    {
        await using var bench = await HopBench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub");
        await sub.SubscribeAsync(Bench.Topic, default);
        await pub.PublishSealedAsync(Bench.Topic, HopBench.Reading, default);
        var received = await sub.ReceiveAsync(Bench.Limit);
        Assert.ThrowsAsync<SessionRefusedException>(() => sub.PublishAsync(Bench.Topic, received.Payload, default));
        Assert.That(bench.Broker.Payloads.Last("sub")!.Reason, Is.EqualTo(PayloadReasons.BadTag), "of the other direction");
    }

    [Test]
    public async Task On_topics_a_wrong_payload_is_acknowledged_and_goes_nowhere()
    {
        await using var bench = await HopBench.StartAsync();
        var pub = await bench.LogInAsync("pub", binding: LoginBinding.Topics);
        var sub = await bench.LogInAsync("sub");
        await sub.SubscribeAsync(Bench.Topic, default);
        await pub.PublishAsync(Bench.Topic, new byte[40], default);
        Assert.That(bench.Broker.Payloads.Last("pub")!.Reason, Is.EqualTo(PayloadReasons.BadTag));
        await pub.PublishSealedAsync(Bench.Topic, HopBench.Reading, default);
        Assert.That((await sub.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(HopBench.Reading));
    }

    [Test]
    public async Task A_connection_that_has_not_logged_in_publishes_and_reads_nothing_whatever_its_name()
    {
        await using var bench = await HopBench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        await using var stranger = await HopBench.AnonymousAsync(bench, "sub", MqttVersion.V5);
        Assert.That(await stranger.SubscribeAsync("#"), Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(await stranger.PublishAsync(Bench.Topic, new byte[40], QualityOfService.AtLeastOnce), Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(bench.Broker.Payloads.Last("sub")!.Reason, Is.EqualTo(PayloadReasons.NoKey));
        await pub.PublishSealedAsync(Bench.Topic, HopBench.Reading, default);
        await bench.Broker.PublishAsync(Bench.Topic, HopBench.Reading, onlyToClient: "sub");
        Assert.That(await stranger.SubscribeAsync(PrivateTopics.LoginAnswer("sub")), Is.EqualTo(ReasonCode.GrantedQos1), "a round trip");
        Assert.That(stranger.Messages.TryRead(out _), Is.False);
    }

    [Test]
    public async Task A_client_that_takes_over_a_name_on_topics_gets_nothing_of_the_session_before()
    {
        await using var bench = await HopBench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        var sub = await bench.LogInAsync("sub", binding: LoginBinding.Topics);
        await sub.SubscribeAsync(Bench.Topic, default);
        await using var thief = await MqttClient.ConnectAsync(
            new MqttClientOptions { Port = bench.Broker.Endpoint.Port, ClientId = "sub", CleanStart = false, Version = MqttVersion.V311 }, default);
        await pub.PublishSealedAsync(Bench.Topic, HopBench.Reading, default);
        Assert.That(await thief.SubscribeAsync(PrivateTopics.LoginAnswer("sub")), Is.EqualTo(ReasonCode.GrantedQos1), "a round trip");
        Assert.That(thief.Messages.TryRead(out _), Is.False);
    }

    [Test]
    public async Task A_payload_sealed_in_one_session_does_not_open_in_the_next()
    {
        await using var bench = await HopBench.StartAsync();
        var (pub, party) = await HopBench.LogInAsync(bench, "pub");
        var old = (await party.SealAsync(Bench.Topic, HopBench.Reading, default)).Value;
        await pub.DisposeAsync();
        await using var again = await DeviceSession.LoginAsync(party, bench.Options("pub") with { Provision = false }, default);
        Assert.ThrowsAsync<SessionRefusedException>(() => again.PublishAsync(Bench.Topic, old, default));
        Assert.That(bench.Broker.Payloads.Last("pub")!.Reason, Is.EqualTo(PayloadReasons.BadTag));
    }

    [Test]
    public async Task A_device_that_logs_in_anew_opens_nothing_of_its_session_before()
    {
        await using var bench = await HopBench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        var (sub, party) = await HopBench.LogInAsync(bench, "sub");
        await sub.SubscribeAsync(Bench.Topic, default);
        await pub.PublishSealedAsync(Bench.Topic, HopBench.Reading, default);
        var kept = (await sub.ReceiveAsync(Bench.Limit)).Payload;
        await sub.DisposeAsync();
        await using var again = await DeviceSession.LoginAsync(party, bench.Options("sub") with { Provision = false }, default);
        Assert.That(HopBench.Refused(() => party.OpenAsync(Bench.Topic, kept, default)), Is.EqualTo(PartyRefusal.BadTag));
    }

    [Test]
    public async Task A_will_cannot_be_sealed_and_is_refused()
    {
        await using var bench = await HopBench.StartAsync();
        var party = bench.Party("sub");
        await party.ProvisionAsync(bench.Options("sub").Identity, default);
        var judged = bench.Broker.Payloads.NextAsync("sub", new CancellationTokenSource(Bench.Limit).Token);
        var dying = await MqttClient.ConnectAsync(
            HopBench.Kept(bench, party) with { Will = new MqttMessage(Bench.Topic, HopBench.Reading, QualityOfService.AtLeastOnce, true), SessionExpirySeconds = 0 }, default);
        await dying.DisconnectAsync(ReasonCode.DisconnectWithWill);
        await dying.DisposeAsync();
        Assert.That((await judged).Reason, Is.EqualTo(PayloadReasons.NoKey));
    }
}
