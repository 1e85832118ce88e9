namespace Harness.Mqtt.Tests.Broker;

/// <summary>Settings that a broker imposes on its clients: Server Keep Alive (section 3.2.2.3.14), and topics that nobody may read.</summary>
[CancelAfter(60_000)]
public sealed class ServerOptionTests
{
    private static MqttBrokerOptions Open => new() { AllowAnonymous = true };

    [TestCase((ushort)120, (ushort)60)]
    [TestCase((ushort)0, (ushort)60)]
    [TestCase((ushort)60, null)]
    [TestCase((ushort)5, null)]
    public async Task A_client_that_asks_for_a_longer_keep_alive_or_none_is_told_the_longest(ushort asked, ushort? told)
    {
        await using var environment = await TestEnvironment.StartAsync(Open with { ServerKeepAliveSeconds = 60 });

        var (_, five) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c", KeepAliveSeconds = asked });
        var (_, three) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "d", KeepAliveSeconds = asked }, MqttVersion.V311);

        Assert.That(five.ServerKeepAlive, Is.EqualTo(told));
        Assert.That((three.Reason, three.ServerKeepAlive), Is.EqualTo((ReasonCode.Success, (ushort?)null)));
    }

    [Test]
    public async Task A_client_is_held_to_the_keep_alive_that_it_was_told()
    {
        var time = new FakeTimeProvider();
        await using var environment = await TestEnvironment.StartAsync(Open with { ServerKeepAliveSeconds = 60, TimeProvider = time });
        var (peer, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c", KeepAliveSeconds = 1000 });

        time.Advance(TimeSpan.FromSeconds(89));
        await peer.SendAsync(new PingReqPacket());
        await peer.NextAsync<PingRespPacket>();
        time.Advance(TimeSpan.FromSeconds(90));

        Assert.That((await peer.NextAsync<DisconnectPacket>()).Reason, Is.EqualTo(ReasonCode.KeepAliveTimeout));
    }

    [Test]
    public async Task A_forbidden_topic_is_read_by_nobody_whatever_the_filter()
    {
        await using var environment = await TestEnvironment.StartAsync(Open with { ForbiddenFilters = ["no/+/x", "closed/#"] });
        await environment.Broker.PublishAsync("closed", new byte[1], retain: true);
        var (peer, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c" });

        var reasons = await peer.SubscribeAsync([.. ((string[])["no/1/x", "no/+/x", "closed", "closed/a/b", "closed/#", "no/#", "no/1", "#"]).Select(f => new TopicSubscription(f, QualityOfService.AtMostOnce))]);
        foreach (var topic in (string[])["no/1/x", "closed/1", "no/1", "open"])
        {
            await environment.Broker.PublishAsync(topic, default);
        }

        Assert.That(reasons.Select(r => r == ReasonCode.UnspecifiedError), Is.EqualTo(new[] { true, true, true, true, true, false, false, false }));
        Assert.That((await peer.TakeAsync(2)).Select(m => m.Topic), Is.EqualTo(new[] { "no/1", "open" }));
    }

    [TestCase("a/#/b")]
    [TestCase("")]
    [TestCase("$share/g/a")]
    public void A_forbidden_filter_that_is_none_is_refused_at_the_start(string filter) =>
        Assert.That(async () => await MqttBroker.StartAsync(Open with { ForbiddenFilters = [filter] }), Throws.ArgumentException);
}
