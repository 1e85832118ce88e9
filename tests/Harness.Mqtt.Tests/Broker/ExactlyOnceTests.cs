namespace Harness.Mqtt.Tests.Broker;

/// <summary>QoS 2 in both directions (section 4.3.3): no message is lost and none comes twice, over new connections too.</summary>
[TestFixture(MqttVersion.V311)]
[TestFixture(MqttVersion.V5)]
[CancelAfter(60_000)]
public sealed class ExactlyOnceTests(MqttVersion version)
{
    private const QualityOfService Qos2 = QualityOfService.ExactlyOnce;

    private static ConnectPacket Kept(string name) => new() { ClientId = name, CleanStart = false, SessionExpiryInterval = 1000 };

    [Test]
    public async Task A_message_goes_through_all_four_packets_on_both_sides()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s" }, version);
        Assert.That(await subscriber.SubscribeAsync(new TopicSubscription("a", Qos2)), Is.EqualTo(new[] { ReasonCode.GrantedQos2 }));
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" }, version);

        await publisher.SendAsync(Message(7, 1));
        Assert.That((await publisher.NextAsync<PubRecPacket>()).PacketId, Is.EqualTo(7));
        await publisher.SendAsync(new PubRelPacket { PacketId = 7 });
        Assert.That(await publisher.NextAsync<PubCompPacket>(), Is.EqualTo(new PubCompPacket { PacketId = 7 }));
        var message = await subscriber.NextAsync<PublishPacket>();
        await subscriber.SendAsync(new PubRecPacket { PacketId = message.PacketId });
        Assert.That((await subscriber.NextAsync<PubRelPacket>()).PacketId, Is.EqualTo(message.PacketId));
        await subscriber.SendAsync(new PubCompPacket { PacketId = message.PacketId }, new PingReqPacket());
        await subscriber.NextAsync<PingRespPacket>();

        Assert.That((message.Qos, message.Dup, message.Payload.Span[0]), Is.EqualTo((Qos2, false, (byte)1)));
        Assert.That(environment.Broker.Sessions.Single(s => s.ClientId == "s").HeldBytes, Is.EqualTo(MemoryCost.OfSubscription("a")), "nothing of it is kept");
        Assert.That(environment.Broker.Sessions.Single(s => s.ClientId == "p").HeldBytes, Is.Zero);
    }

    [Test]
    public async Task A_message_that_comes_again_before_its_release_is_delivered_once_over_a_new_connection_too()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s" }, version);
        await subscriber.SubscribeAsync(new TopicSubscription("a", QualityOfService.AtMostOnce));
        var (first, _) = await WirePeer.OpenAsync(environment, Kept("p"), version);
        await first.SendAsync(Message(7, 1), Message(7, 1) with { Dup = true });
        await first.NextAsync<PubRecPacket>();
        await first.NextAsync<PubRecPacket>();
        first.Dispose();
        await hooks.WaitForAsync("-p");

        var (second, answer) = await WirePeer.OpenAsync(environment, Kept("p"), version);
        await second.SendAsync(Message(7, 1) with { Dup = true });
        await second.NextAsync<PubRecPacket>();
        await second.SendAsync(new PubRelPacket { PacketId = 7 });
        await second.NextAsync<PubCompPacket>();
        await second.SendAsync(new PubRelPacket { PacketId = 7 });
        var repeated = await second.NextAsync<PubCompPacket>();
        await second.SendAsync(Message(7, 2)); // the identifier is free again
        await second.NextAsync<PubRecPacket>();

        Assert.That(answer.SessionPresent, Is.True);
        Assert.That(repeated.Reason, Is.EqualTo(version == MqttVersion.V5 ? ReasonCode.PacketIdentifierNotFound : ReasonCode.Success));
        Assert.That((await subscriber.TakeAsync(2)).Select(m => m.Payload.Span[0]), Is.EqualTo(new byte[] { 1, 2 }));
    }

    [Test]
    public async Task A_resumed_session_is_sent_again_what_it_did_not_receive_and_released_what_it_did()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var (first, _) = await WirePeer.OpenAsync(environment, Kept("s"), version);
        await first.SubscribeAsync(new TopicSubscription("a", Qos2));
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" }, version);
        await publisher.SendAsync([.. Enumerable.Range(1, 3).Select(i => Message((ushort)i, (byte)i))]);
        var sent = new[] { await first.NextAsync<PublishPacket>(), await first.NextAsync<PublishPacket>(), await first.NextAsync<PublishPacket>() };
        await first.SendAsync(new PubRecPacket { PacketId = sent[0].PacketId }, new PubRecPacket { PacketId = sent[2].PacketId });
        await first.NextAsync<PubRelPacket>();
        await first.NextAsync<PubRelPacket>();
        first.Dispose();
        await hooks.WaitForAsync("-s");

        var (second, _) = await WirePeer.OpenAsync(environment, Kept("s"), version);
        var again = new[] { (await second.NextAsync())!, (await second.NextAsync())!, (await second.NextAsync())! };
        await second.SendAsync(new PingReqPacket());
        await second.NextAsync<PingRespPacket>();

        Assert.That(again[0], Is.EqualTo(new PubRelPacket { PacketId = sent[0].PacketId }));
        Assert.That(((PublishPacket)again[1]).PacketId, Is.EqualTo(sent[1].PacketId));
        Assert.That(((PublishPacket)again[1]).Dup, Is.True);
        Assert.That(again[2], Is.EqualTo(new PubRelPacket { PacketId = sent[2].PacketId }));
    }

    [Test]
    public async Task A_refused_message_leaves_its_identifier_free_where_the_client_is_told()
    {
        var hooks = new FakeHooks { MayPublish = (_, topic) => topic != "no" };
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" }, version);

        await publisher.SendAsync(Message(7, 1) with { Topic = "no" });
        var refused = await publisher.NextAsync<PubRecPacket>();
        await publisher.SendAsync(new PubRelPacket { PacketId = 7 });
        var completed = await publisher.NextAsync<PubCompPacket>();

        // 3.1.1 has no negative PUBREC.
        Assert.That(refused.Reason, Is.EqualTo(version == MqttVersion.V5 ? ReasonCode.NotAuthorized : ReasonCode.Success));
        Assert.That(completed.Reason, Is.EqualTo(version == MqttVersion.V5 ? ReasonCode.PacketIdentifierNotFound : ReasonCode.Success));
        Assert.That(environment.Broker.Sessions.Single().HeldBytes, Is.Zero);
    }

    [Test]
    public async Task A_subscriber_that_refuses_with_PUBREC_gets_neither_release_nor_message_again()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var (peer, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c" }, MqttVersion.V5);
        await peer.SubscribeAsync(new TopicSubscription("a", Qos2));
        await peer.SendAsync(Message(1, 1));
        var packets = new[] { (await peer.NextAsync())!, (await peer.NextAsync())! };
        var message = packets.OfType<PublishPacket>().Single();

        await peer.SendAsync(new PubRecPacket { PacketId = message.PacketId, Reason = ReasonCode.ImplementationSpecificError }, new PingReqPacket());
        await peer.NextAsync<PingRespPacket>();
        await peer.SendAsync(new PubRecPacket { PacketId = message.PacketId });

        Assert.That((await peer.NextAsync<PubRelPacket>()).Reason, Is.EqualTo(ReasonCode.PacketIdentifierNotFound));
    }

    [Test]
    public async Task A_will_of_QoS_2_reaches_a_subscriber_with_QoS_2()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s" }, version);
        await subscriber.SubscribeAsync(new TopicSubscription("w", Qos2));
        var (rude, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "r", Will = new MqttWill("w", new byte[] { 9 }, Qos2, false) }, version);

        rude.Dispose();

        Assert.That((await subscriber.NextAsync<PublishPacket>()).Qos, Is.EqualTo(Qos2));
    }

    private static PublishPacket Message(ushort id, byte value) => new() { Topic = "a", Qos = Qos2, PacketId = id, Payload = new[] { value } };
}
