namespace Harness.Mqtt.Tests.Broker;

/// <content>Messages that the broker let expire or held back, and a burst that it must not lose.</content>
public sealed partial class DeliveryTests
{
    [TestCase(Qos0)]
    [TestCase(Qos1)]
    [TestCase(QualityOfService.ExactlyOnce)]
    public async Task A_message_that_expires_in_the_queue_is_told_and_one_that_was_sent_does_not_expire(QualityOfService qos)
    {
        var (time, hooks) = (new FakeTimeProvider(), new FakeHooks());
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time, Hooks = hooks });
        var session = new BrokerSession(new ClientIdentity("s", null, MqttVersion.V5), proved: false, environment.Broker);
        var sink = new OutboxRaceTests.BusySink();
        session.Attach(sink, receiveMaximum: 10, topicAliases: 0);
        await session.DeliverAsync(new PublishPacket { Topic = "a", Qos = qos, MessageExpiryInterval = 2 }, mayWait: false, CancellationToken.None);
        await session.DeliverAsync(new PublishPacket { Topic = "b", Qos = qos, MessageExpiryInterval = 3 }, mayWait: false, CancellationToken.None);

        time.Advance(TimeSpan.FromSeconds(2));
        sink.Busy = false;
        session.Pump();

        Assert.That(sink.Sent.Select(p => (p.Topic, p.MessageExpiryInterval)), Is.EqualTo(new[] { ("b", (uint?)1) }));
        Assert.That(hooks.Limits, Is.EqualTo(new[] { new BrokerLimitReached(BrokerLimit.Expired, "s", null, 1, 0) }));
    }

    [Test]
    public async Task A_message_that_hooks_hold_back_for_longer_than_the_budget_is_told_and_delivered()
    {
        var time = new FakeTimeProvider();
        var hooks = new FakeHooks { Intercept = (_, message) => Advance(time, message.Payload.Span[0]) };
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time, Hooks = hooks });
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s" });
        await subscriber.SubscribeAsync(new TopicSubscription("a", Qos0));
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" });

        await publisher.PublishAsync([new PublishPacket { Topic = "a", Payload = new byte[] { 5 } }]);
        Assert.That(hooks.Limits, Is.Empty, "five seconds are its budget");
        await publisher.PublishAsync([new PublishPacket { Topic = "a", Payload = new byte[] { 6 } }]);

        Assert.That(await subscriber.TakeAsync(2), Has.Count.EqualTo(2));
        Assert.That(hooks.Limits, Is.EqualTo(new[] { new BrokerLimitReached(BrokerLimit.Delayed, "s", null, 1, 0) }));
    }

    [Test]
    public async Task A_message_that_its_client_does_not_take_is_told_nobody()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks, ReceiveMaximum = 1 });
        var connect = new ConnectPacket { ClientId = "s", MaximumPacketSize = 60, SessionExpiryInterval = 1000, CleanStart = false };
        var (subscriber, _) = await WirePeer.OpenAsync(environment, connect);
        await subscriber.SubscribeAsync(new TopicSubscription("a", Qos1));
        await environment.Broker.PublishAsync("a", new byte[100], Qos1); // above its packet size
        await subscriber.SendAsync(new DisconnectPacket());
        await hooks.WaitForAsync("-s");
        await environment.Broker.PublishAsync("a", new byte[1], Qos0); // it is away
        var (greedy, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" });
        await greedy.SendAsync([.. Enumerable.Range(1, 2).Select(i => new PublishPacket { Topic = "a", Qos = QualityOfService.ExactlyOnce, PacketId = (ushort)i })]);
        while (await greedy.NextAsync() is not (null or DisconnectPacket))
        {
        }

        Assert.That(hooks.Limits, Is.Empty, "each of these the client chose, or was told in CONNACK");
    }

    [Test]
    [Category("FieldCase")]
    public async Task A_burst_of_200_000_small_messages_arrives_whole_in_bounded_memory()
    {
        const int burst = 200_000;
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s" }, MqttVersion.V311);
        await subscriber.SubscribeAsync(new TopicSubscription("b", Qos0));
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" }, MqttVersion.V311);
        var one = MqttCodec.Encode(new PublishPacket { Topic = "b", Payload = new byte[64] }, MqttVersion.V311);
        byte[] thousand = [.. Enumerable.Repeat(one, 1000).SelectMany(b => b)];

        var publishing = Task.Run(async () =>
        {
            for (var i = 0; i < burst; i += 1000)
            {
                await publisher.SendAsync(thousand);
            }
        });
        var (session, most, arrived) = (environment.Broker.Sessions.Single(s => s.ClientId == "s"), 0L, 0L);
        while (arrived < (long)burst * one.Length && await subscriber.ReadAsync() is var read and > 0)
        {
            arrived += read;
            most = Math.Max(most, session.HeldBytes);
        }

        await publishing;
        Assert.That(arrived, Is.EqualTo((long)burst * one.Length));
        Assert.That(most, Is.LessThanOrEqualTo(new MqttBrokerOptions().MaximumHeldBytes));
        Assert.That(hooks.Limits, Is.Empty);
    }

    private static bool Advance(FakeTimeProvider time, int seconds)
    {
        time.Advance(TimeSpan.FromSeconds(seconds));
        return false;
    }
}
