namespace Harness.Mqtt.Tests.Broker;

/// <summary>A subscriber that reads gets every message; one that does not is disconnected and reported; a publisher never gets a success for a dropped message.</summary>
[CancelAfter(60_000)]
public sealed partial class DeliveryTests
{
    private const QualityOfService Qos0 = QualityOfService.AtMostOnce;
    private const QualityOfService Qos1 = QualityOfService.AtLeastOnce;

    [TestCase(Qos0, false)]
    [TestCase(Qos1, false)]
    [TestCase(Qos0, true)]
    [TestCase(Qos1, true)]
    [Category("FieldCase")]
    public async Task Every_retained_message_reaches_a_new_subscriber(QualityOfService qos, bool slow)
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = new FakeTimeProvider() });
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" });
        var reasons = await publisher.PublishAsync(Enumerable.Range(0, 4000).Select(i => new PublishPacket { Topic = $"r/{i}", Payload = new byte[400], Retain = true }));
        Assert.That(reasons, Is.All.EqualTo(ReasonCode.Success));
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s" }, slow: slow);

        await subscriber.SubscribeAsync(new TopicSubscription("#", qos));
        var taken = await subscriber.TakeAsync(4000);

        Assert.That(taken.Select(m => m.Topic).Distinct().Count(), Is.EqualTo(4000));
        Assert.That(taken, Has.Count.EqualTo(4000).And.All.Matches<PublishPacket>(m => m.Retain && m.Qos == qos));
    }

    [TestCase(Qos0)]
    [TestCase(Qos1)]
    [Category("FieldCase")]
    public async Task A_burst_reaches_a_subscriber_that_reads_in_order(QualityOfService qos)
    {
        const int burst = 10_000;
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = new FakeTimeProvider() });
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s" }, slow: true);
        await subscriber.SubscribeAsync(new TopicSubscription("b", qos));
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" });
        var messages = Enumerable.Range(0, burst).Select(i => new PublishPacket { Topic = "b", Payload = Encoding.ASCII.GetBytes($"{i}".PadRight(300)) });

        var publishing = qos == Qos1 ? publisher.PublishAsync(messages) : publisher.SendAsync([.. messages]);
        var taken = await subscriber.TakeAsync(burst);
        await publishing;

        Assert.That(taken.Select(m => int.Parse(Encoding.ASCII.GetString(m.Payload.Span))), Is.EqualTo(Enumerable.Range(0, burst)));
    }

    [TestCase(Qos0, 0u)]
    [TestCase(Qos1, 0u)]
    [TestCase(Qos1, 1000u)]
    public async Task A_reader_that_stalls_is_ended_told_of_and_holds_nobody_up_for_longer(QualityOfService qos, uint expiry)
    {
        var (time, hooks) = (new FakeTimeProvider(), new FakeHooks());
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time, Hooks = hooks, MaximumQueued = 8 });
        var (stalled, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s", SessionExpiryInterval = expiry }, slow: true);
        await stalled.SubscribeAsync(new TopicSubscription("b", qos));
        var (other, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "o" });
        await other.SubscribeAsync(new TopicSubscription("b", qos));
        using var read = new SemaphoreSlim(0);
        var reading = Task.Run(async () =>
        {
            while (await other.NextPublishAsync() is not null)
            {
                read.Release();
            }
        });
        var session = environment.Broker.Sessions.Single(s => s.ClientId == "s");
        var (published, taken) = (0, 0);

        // Publishes until a call has to wait; the longest wait then passes at once.
        Task publishing;
        do
        {
            publishing = environment.Broker.PublishAsync("b", new byte[30_000], qos);
            published++;
            if (await Task.WhenAny(publishing, session.WaitForBlockedPublisherAsync()).WaitAsync(TestEnvironment.Timeout) != publishing)
            {
                // Time passes for the other too: on a busy machine it is behind, and would stall.
                for (; taken < published - 1; taken++)
                {
                    Assert.That(await read.WaitAsync(TestEnvironment.Timeout), Is.True, "the other reads");
                }

                // Its socket may have taken more meanwhile: then nobody waits, and time that passes would make the other stall that has a message on its way.
                if (!publishing.IsCompleted)
                {
                    time.Advance(TimeSpan.FromSeconds(4.9));
                    Assert.That(environment.Broker.ConnectedClients, Does.Contain("s"), "it has five seconds");
                    time.Advance(TimeSpan.FromSeconds(0.1));
                }
            }

            await publishing.WaitAsync(TestEnvironment.Timeout);
        }
        while (hooks.Limits.IsEmpty && published < 1000);

        await hooks.WaitForAsync("-s");
        Assert.That(environment.Broker.ConnectedClients, Does.Not.Contain("s"));
        Assert.That(hooks.Limits, Is.Not.Empty.And.All.Property("ClientId").EqualTo("s"));
        Assert.That(hooks.Limits.First().Limit, Is.EqualTo(BrokerLimit.StalledReader));
        var kept = qos == Qos1 && expiry > 0;
        Assert.That(hooks.Limits.Sum(l => l.Messages), kept ? Is.EqualTo(1) : Is.GreaterThanOrEqualTo(8), "the eight that waited and the one that was published, or that one alone");
        Assert.That(reading.IsCompleted, Is.False, "who reads stays");
    }

    [TestCase(MqttVersion.V5)]
    [TestCase(MqttVersion.V311)]
    public async Task A_message_that_a_full_session_does_not_get_is_no_success(MqttVersion version)
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var away = new ConnectPacket { ClientId = "s", CleanStart = false, SessionExpiryInterval = 1000 };
        await LeaveAsync(environment, hooks, away, "q", version);
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" }, version);

        var reasons = await publisher.PublishAsync(Enumerable.Range(0, 1500).Select(i => new PublishPacket { Topic = "q", Payload = BitConverter.GetBytes(i) }));

        // 3.1.1 has only one PUBACK; there the event tells of the drop.
        Assert.That(reasons.Count(r => r == ReasonCode.Success), Is.EqualTo(version == MqttVersion.V5 ? 1024 : 1500));
        Assert.That(reasons.Count(r => r == ReasonCode.QuotaExceeded), Is.EqualTo(version == MqttVersion.V5 ? 476 : 0));
        Assert.That(hooks.Limits, Is.All.Matches<BrokerLimitReached>(l => l is { ClientId: "s", Limit: BrokerLimit.QueueFull }));
        Assert.That(hooks.Limits.Sum(l => l.Messages), Is.EqualTo(476));
        var (back, answer) = await WirePeer.OpenAsync(environment, away, version);
        Assert.That(answer.SessionPresent, Is.True);
        var taken = await back.TakeAsync(1024);
        Assert.That(taken.Select(m => BitConverter.ToInt32(m.Payload.Span)), Is.EqualTo(Enumerable.Range(0, 1024)));
    }

    [Test]
    public async Task A_client_that_overfills_its_own_session_gets_the_reason_and_does_not_wait_for_itself()
    {
        var (time, hooks) = (new FakeTimeProvider(), new FakeHooks());
        await using var environment = await TestEnvironment.StartAsync(
            new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time, Hooks = hooks, MaximumQueued = 4, MaximumUnacknowledged = 1 });
        var (self, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c" });
        await self.SubscribeAsync(new TopicSubscription("b", Qos1));

        await self.SendAsync([.. Enumerable.Range(1, 10).Select(i => new PublishPacket { Topic = "b", Qos = Qos1, PacketId = (ushort)i })]);
        var answers = new List<MqttPacket>();
        while (answers.OfType<PubAckPacket>().Count() < 10)
        {
            answers.Add((await self.NextAsync())!);
        }

        Assert.That(answers.OfType<PubAckPacket>().Count(a => a.Reason == ReasonCode.QuotaExceeded), Is.EqualTo(5), "one is in flight, four wait");
        Assert.That(hooks.Limits.Sum(l => l.Messages), Is.EqualTo(5));
    }

    [Test]
    public async Task A_publisher_that_the_broker_holds_up_is_not_silent()
    {
        var (time, hooks) = (new FakeTimeProvider(), new FakeHooks());
        await using var environment = await TestEnvironment.StartAsync(
            new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time, Hooks = hooks, MaximumQueued = 1, MaximumUnacknowledged = 1 });
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s", SessionExpiryInterval = 1000 });
        await subscriber.SubscribeAsync(new TopicSubscription("b", Qos1));
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p", KeepAliveSeconds = 2 });
        var publishing = publisher.PublishAsync(Enumerable.Range(0, 3).Select(i => new PublishPacket { Topic = "b" }));
        var first = await subscriber.NextAsync<PublishPacket>();
        await environment.Broker.Sessions.Single(s => s.ClientId == "s").WaitForBlockedPublisherAsync().WaitAsync(TestEnvironment.Timeout);

        time.Advance(TimeSpan.FromSeconds(3)); // one and a half times its keep-alive
        await subscriber.SendAsync(new PubAckPacket { PacketId = first.PacketId });

        Assert.That(await publishing, Is.All.EqualTo(ReasonCode.Success));
        Assert.That(hooks.Limits, Is.Empty);
    }

    [Test]
    [Category("FieldCase")]
    public async Task Retained_messages_that_expired_make_room()
    {
        var time = new FakeTimeProvider();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time, MaximumRetained = 100 });
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" });
        PublishPacket Retained(string topic, uint? expiry = null) => new() { Topic = topic, Payload = new byte[1], Retain = true, MessageExpiryInterval = expiry };

        await publisher.PublishAsync(Enumerable.Range(0, 100).Select(i => Retained($"e/{i}", 1)));
        Assert.That(await publisher.PublishAsync([Retained("door")]), Is.EqualTo(new[] { ReasonCode.QuotaExceeded }));
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(await publisher.PublishAsync([Retained("door")]), Is.EqualTo(new[] { ReasonCode.Success }));
        Assert.That(environment.Broker.Retained.Count, Is.EqualTo(1));
        Assert.That(environment.Broker.PoolOf(proved: false).Retained.Held, Is.EqualTo(1));
    }

    [Test]
    public async Task A_retained_message_that_finds_no_room_is_told_and_the_one_before_it_stays()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks, MaximumRetainedBytes = 2000 });
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" });
        await publisher.PublishAsync([new PublishPacket { Topic = "r", Payload = new byte[1000], Retain = true }]);

        var refused = await publisher.PublishAsync([new PublishPacket { Topic = "r", Payload = new byte[4000], Retain = true }]);

        Assert.That(refused, Is.EqualTo(new[] { ReasonCode.QuotaExceeded }));
        Assert.That(hooks.Limits.Single(), Is.EqualTo(new BrokerLimitReached(BrokerLimit.RetainedFull, "p", null, 1, 0)));
        await publisher.SubscribeAsync(new TopicSubscription("r", Qos0));
        Assert.That((await publisher.NextAsync<PublishPacket>()).Payload.Length, Is.EqualTo(1000));
    }

    /// <summary>Subscribes and disconnects; the session stays.</summary>
    private static async Task LeaveAsync(TestEnvironment environment, FakeHooks hooks, ConnectPacket connect, string filter, MqttVersion version = MqttVersion.V5)
    {
        var (peer, _) = await WirePeer.OpenAsync(environment, connect, version);
        await peer.SubscribeAsync(new TopicSubscription(filter, Qos1));
        await peer.SendAsync(new DisconnectPacket());
        await hooks.WaitForAsync($"-{connect.ClientId}");
        peer.Dispose();
    }
}
