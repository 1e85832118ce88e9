namespace Harness.Mqtt.Tests.Broker;

/// <content>The bounds of QoS 2, topic aliases and shared subscriptions, by bytes and counts.</content>
public sealed partial class LimitsTests
{
    private const QualityOfService Qos2 = QualityOfService.ExactlyOnce;

    [Test]
    public async Task One_QoS_2_message_more_than_the_receive_maximum_ends_with_0x93()
    {
        await using var environment = await TestEnvironment.StartAsync(Open with { ReceiveMaximum = 4 });
        var (peer, answer) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c" });
        await peer.SendAsync([.. Enumerable.Range(1, 4).Select(i => Once((ushort)i))]);
        await peer.SendAsync(Once(1) with { Dup = true }); // one that came again is no further one
        for (var i = 0; i < 5; i++)
        {
            await peer.NextAsync<PubRecPacket>();
        }

        await peer.SendAsync(new PubRelPacket { PacketId = 2 });
        await peer.NextAsync<PubCompPacket>();
        await peer.SendAsync(Once(5));
        await peer.NextAsync<PubRecPacket>();
        await peer.SendAsync(Once(6));

        Assert.That(answer.ReceiveMaximum, Is.EqualTo(4));
        Assert.That((await peer.NextAsync<DisconnectPacket>()).Reason, Is.EqualTo(ReasonCode.ReceiveMaximumExceeded));
    }

    [Test]
    public async Task Identifiers_of_QoS_2_are_charged_by_their_bytes_and_told_where_there_is_no_room()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(Open with { Hooks = hooks, MaximumHeldBytes = 100 * MemoryCost.PacketId });
        var (peer, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c" }, MqttVersion.V311); // 3.1.1 has no Receive Maximum
        for (var i = 1; i <= 100; i++)
        {
            await peer.SendAsync(Once((ushort)i));
            await peer.NextAsync<PubRecPacket>();
        }

        Assert.That(environment.Broker.Sessions.Single().HeldBytes, Is.EqualTo(100 * MemoryCost.PacketId));
        await peer.SendAsync(Once(101));

        Assert.That(await peer.NextAsync(), Is.Null, "3.1.1 has no answer for it but the end");
        Assert.That(hooks.Limits.Single(), Is.EqualTo(new BrokerLimitReached(BrokerLimit.ReceiveFull, "c", null, 1, 0)));
        await hooks.WaitForAsync("-c");
        Assert.That(environment.Broker.PoolOf(proved: false).Bytes.Held, Is.Zero);
    }

    [Test]
    public async Task A_received_message_costs_its_identifier_until_PUBCOMP()
    {
        await using var environment = await TestEnvironment.StartAsync(Open);
        var peer = await OpenAsync(environment, "c");
        await peer.SubscribeAsync(new TopicSubscription("big", Qos2));
        var publisher = await OpenAsync(environment, "p");
        await publisher.SendAsync(Once(1) with { Topic = "big", Payload = new byte[50_000] });
        var message = await peer.NextAsync<PublishPacket>();
        var session = environment.Broker.Sessions.Single(s => s.ClientId == "c");
        Assert.That(session.HeldBytes, Is.GreaterThan(50_000));

        await peer.SendAsync(new PubRecPacket { PacketId = message.PacketId });
        await peer.NextAsync<PubRelPacket>();

        Assert.That(session.HeldBytes, Is.EqualTo(MemoryCost.PacketId + MemoryCost.OfSubscription("big")));
    }

    [Test]
    public async Task Topics_of_aliases_are_charged_and_end_with_their_connection()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(Open with { Hooks = hooks, MaximumHeldBytes = 300_000 });
        var connect = new ConnectPacket { ClientId = "c", CleanStart = false, SessionExpiryInterval = 1000 };
        var (peer, _) = await WirePeer.OpenAsync(environment, connect);
        PublishPacket Aliased(ushort alias) => new() { Topic = new string((char)('a' + alias), 60_000), TopicAlias = alias };
        await peer.SendAsync(Aliased(1), Aliased(1), Aliased(2), new PingReqPacket());
        await peer.NextAsync<PingRespPacket>();
        var held = environment.Broker.Sessions.Single().HeldBytes;
        await peer.SendAsync(Aliased(3));

        Assert.That(held, Is.EqualTo(2 * MemoryCost.OfAlias(new string('x', 60_000))));
        Assert.That((await peer.NextAsync<DisconnectPacket>()).Reason, Is.EqualTo(ReasonCode.QuotaExceeded));
        await hooks.WaitForAsync("-c");
        Assert.That(environment.Broker.Sessions.Single().HeldBytes, Is.Zero);
        Assert.That(environment.Broker.PoolOf(proved: false).Bytes.Held, Is.Zero);
    }

    [Test]
    public async Task The_broker_sets_no_more_aliases_than_it_keeps_itself()
    {
        await using var environment = await TestEnvironment.StartAsync(Open with { MaximumTopicAliases = 3 });
        var peer = await OpenAsync(environment, new ConnectPacket { ClientId = "c", TopicAliasMaximum = 65_535 });
        await peer.SubscribeAsync(new TopicSubscription("#", Qos0));
        for (var i = 0; i < 20; i++)
        {
            await environment.Broker.PublishAsync($"topic/{i}", new byte[1]);
        }

        var aliases = (await peer.TakeAsync(20)).Select(m => m.TopicAlias).ToList();

        Assert.That(aliases, Is.EqualTo(new ushort?[] { 1, 2, 3 }.Concat(Enumerable.Repeat<ushort?>(null, 17))));
        Assert.That(environment.Broker.Sessions.Single().HeldBytes, Is.EqualTo(MemoryCost.OfSubscription("#") + (3 * MemoryCost.OfAlias("topic/0"))));
    }

    [Test]
    public async Task Shared_filters_count_and_compare_as_any_other()
    {
        await using var environment = await TestEnvironment.StartAsync(Open with { MaximumSubscriptions = 10 });
        var peer = await OpenAsync(environment, "c");

        var reasons = await peer.SubscribeAsync([.. Enumerable.Range(0, 12).Select(i => new TopicSubscription($"$share/g{i}/a/+", Qos0))]);
        var before = environment.Broker.Comparisons;
        await environment.Broker.PublishAsync("a/b", new byte[1]);

        Assert.That(reasons.Count(r => r == ReasonCode.Success), Is.EqualTo(10));
        Assert.That(reasons.Count(r => r == ReasonCode.QuotaExceeded), Is.EqualTo(2));
        Assert.That(environment.Broker.Comparisons - before, Is.EqualTo(11));
        Assert.That(await peer.TakeAsync(10), Has.Count.EqualTo(10), "a member of ten groups gets ten");
    }

    private static PublishPacket Once(ushort id) => new() { Topic = "a", Qos = Qos2, PacketId = id };
}
