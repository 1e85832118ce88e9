using Harness.Schemes.AugMqtt;

namespace Harness.Sessions.Tests.Hops;

/// <summary>AugMQTT from publisher to subscriber, over MQTT.</summary>
public sealed class AugMqttSessionTests
{
    [Test]
    public async Task A_reading_is_opened_and_sealed_anew_by_the_broker(
        [Values] LoginBinding publisher, [Values] LoginBinding subscriber, [Values(0, 1, 16, 17, 200)] int length)
    {
        await using var bench = await HopBench.StartAsync();
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
        await using var bench = await HopBench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        var (sub, subParty) = await HopBench.LogInAsync(bench, "sub");
        var (other, otherParty) = await HopBench.LogInAsync(bench, "other", LoginBinding.Topics);
        await sub.SubscribeAsync("plant/+", default);
        await other.SubscribeAsync("#", default);
        var published = await pub.PublishSealedAsync(Bench.Topic, HopBench.Reading, default);
        var one = (await sub.ReceiveAsync(Bench.Limit)).Payload;
        var two = (await other.ReceiveAsync(Bench.Limit)).Payload;
        Assert.That(new[] { published.ToArray(), one.ToArray(), two.ToArray() }.Select(Convert.ToHexString).Distinct().Count(), Is.EqualTo(3));
        Assert.That((await subParty.OpenAsync(Bench.Topic, one, default)).Value, Is.EqualTo(HopBench.Reading));
        Assert.That((await otherParty.OpenAsync(Bench.Topic, two, default)).Value, Is.EqualTo(HopBench.Reading));
        Assert.That(HopBench.Refused(() => subParty.OpenAsync(Bench.Topic, two, default)), Is.EqualTo(PartyRefusal.BadTag));
    }

    [Test]
    public async Task Overlapping_subscriptions_bring_one_copy()
    {
        await using var bench = await HopBench.StartAsync();
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
        await using var bench = await HopBench.StartAsync();
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
        await using var bench = await HopBench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        await pub.PublishSealedAsync(Bench.Topic, HopBench.Reading, QualityOfService.AtLeastOnce, retain: true, default);
        await pub.ReauthenticateAsync(default);
        foreach (var client in new[] { "sub", "other" })
        {
            var late = await bench.LogInAsync(client);
            await late.SubscribeAsync("plant/#", default);
            Assert.That((await late.ReceiveAndOpenAsync(Bench.Limit)).Plaintext.ToArray(), Is.EqualTo(HopBench.Reading), client);
        }

        // An empty plaintext clears it, as an empty payload does in MQTT; it is routed first.
        await pub.PublishSealedAsync(Bench.Topic, default, QualityOfService.AtLeastOnce, retain: true, default);
        await pub.SubscribeAsync("#", default);
        await pub.PublishSealedAsync("plant/2", new byte[] { 9 }, default);
        Assert.That((await pub.ReceiveAndOpenAsync(Bench.Limit)).Topic, Is.EqualTo("plant/2"), "nothing is retained any more");
    }

    [Test]
    public async Task Messages_for_an_absent_client_are_sealed_under_the_key_of_its_new_login()
    {
        await using var bench = await HopBench.StartAsync();
        var pub = await bench.LogInAsync("pub");
        var party = bench.Party("sub");
        await party.ProvisionAsync(bench.Options("sub").Identity, default);
        var left = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Broker.ClientDisconnected += client => left.TrySetResult(client);
        await using (var before = await MqttClient.ConnectAsync(HopBench.Kept(bench, party), default))
        {
            await before.SubscribeAsync(Bench.Topic);
        }

        Assert.That(await left.Task.WaitAsync(Bench.Limit), Is.EqualTo("sub"));
        Assert.That(bench.Broker.ConnectedClients, Does.Not.Contain("sub"));
        await pub.PublishSealedAsync(Bench.Topic, HopBench.Reading, default);
        await using var after = await MqttClient.ConnectAsync(HopBench.Kept(bench, party), default);
        using var limit = new CancellationTokenSource(Bench.Limit);
        var message = await after.Messages.ReadAsync(limit.Token);
        Assert.That((await party.OpenAsync(message.Topic, message.Payload, default)).Value, Is.EqualTo(HopBench.Reading));
        await pub.PublishSealedAsync(Bench.Topic, new byte[] { 2 }, default);
        message = await after.Messages.ReadAsync(limit.Token);
        Assert.That((await party.OpenAsync(message.Topic, message.Payload, default)).Value, Is.EqualTo(new byte[] { 2 }));
    }

    [Test]
    public async Task A_subscription_goes_on_under_the_new_key_after_a_re_authentication([Values] LoginBinding binding)
    {
        await using var bench = await HopBench.StartAsync();
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
}
