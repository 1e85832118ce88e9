namespace Harness.Mqtt.Tests.Broker;

/// <summary>Checks the rows of src/Harness.Mqtt/Broker/LIMITS.md: the highest cost of a byte of each packet, as bytes held, counts and comparisons, never as time.</summary>
[CancelAfter(60_000)]
public sealed partial class LimitsTests
{
    private const QualityOfService Qos0 = QualityOfService.AtMostOnce;
    private const QualityOfService Qos1 = QualityOfService.AtLeastOnce;
    private static readonly MqttBrokerOptions Open = new() { AllowAnonymous = true };
    private static readonly string Deep = string.Concat(Enumerable.Repeat("a/", 199)) + "b"; // 200 levels

    [Test]
    [Category("FieldCase")]
    public async Task Equal_filters_of_one_SUBSCRIBE_count_once()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(Open with { Hooks = hooks });
        for (var i = 0; i < 4000; i++)
        {
            await environment.Broker.PublishAsync($"r/{i}", new byte[1], retain: true);
        }

        var peer = await OpenAsync(environment, "c");
        var reasons = await peer.SubscribeAsync([.. Enumerable.Repeat(new TopicSubscription("#", Qos0), 16_000)]);
        var taken = await peer.TakeAsync(4000);

        Assert.That(reasons, Has.Count.EqualTo(16_000).And.All.EqualTo(ReasonCode.Success));
        Assert.That(taken, Has.Count.EqualTo(4000));
        Assert.That(environment.Broker.Retained.Compared, Is.EqualTo(4000), "one pass over the store");
        Assert.That(hooks.Log.Count(l => l == "c:#"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_filter_without_a_wildcard_is_looked_up_not_compared()
    {
        await using var environment = await TestEnvironment.StartAsync(Open);
        for (var i = 0; i < 1000; i++)
        {
            await environment.Broker.PublishAsync($"r/{i}", new byte[1], retain: true);
        }

        var peer = await OpenAsync(environment, "c");
        await peer.SubscribeAsync([.. Enumerable.Range(0, 200).Select(i => new TopicSubscription($"r/{i}", Qos0))]);
        Assert.That(await peer.TakeAsync(200), Has.Count.EqualTo(200));
        var before = environment.Broker.Comparisons;
        await environment.Broker.PublishAsync("r/7", new byte[1]);

        Assert.That(environment.Broker.Retained.Compared, Is.EqualTo(200));
        Assert.That(environment.Broker.Comparisons - before, Is.EqualTo(1));
    }

    [Test]
    public async Task A_replay_that_nobody_reads_holds_no_copy_of_the_store()
    {
        await using var environment = await TestEnvironment.StartAsync(Open);
        for (var i = 0; i < 600; i++)
        {
            await environment.Broker.PublishAsync($"r/{i}", new byte[60_000], retain: true);
        }

        var peer = await OpenAsync(environment, "c", slow: true);
        for (var i = 0; i < 20; i++)
        {
            await peer.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new("#", Qos1), new("+/+", Qos0)] });
        }

        await OpenAsync(environment, "after"); // the broker has read everything sent before
        Assert.That(environment.Broker.Sessions.Single(s => s.ClientId == "c").HeldBytes, Is.LessThan(Open.MaximumHeldBytes));
        Assert.That(environment.Broker.OutboxBytes, Is.LessThan(1_000_000));
    }

    [Test]
    public async Task Subscriptions_of_all_sessions_are_bounded_by_kind()
    {
        await using var environment = await TestEnvironment.StartAsync(Open with { Authenticator = new FakeAuthenticator(), MaximumSubscriptionsInAll = 10 });
        var one = await OpenAsync(environment, "one");
        var two = await OpenAsync(environment, "two");
        await one.SubscribeAsync([.. Enumerable.Range(0, 8).Select(i => new TopicSubscription($"a/{i}", Qos0))]);

        var reasons = await two.SubscribeAsync([.. Enumerable.Range(0, 4).Select(i => new TopicSubscription($"a/{i}", Qos0))]);
        var proved = await OpenAsync(environment, WirePeer.Proving("owner"));

        Assert.That(reasons, Is.EqualTo(new[] { ReasonCode.Success, ReasonCode.Success, ReasonCode.QuotaExceeded, ReasonCode.QuotaExceeded }));
        Assert.That(await proved.SubscribeAsync(new TopicSubscription("a", Qos1)), Is.EqualTo(new[] { ReasonCode.GrantedQos1 }));
        await one.SendAsync(new DisconnectPacket());
        while (await one.NextAsync() is not null)
        {
        }

        Assert.That(await two.SubscribeAsync(new TopicSubscription("b", Qos0)), Is.EqualTo(new[] { ReasonCode.Success }), "a session that ended gives its own back");
    }

    [Test]
    public async Task Filters_are_charged_by_their_bytes()
    {
        await using var environment = await TestEnvironment.StartAsync(Open with { MaximumHeldBytes = 300_000 });
        var peer = await OpenAsync(environment, "c");

        var reasons = new List<ReasonCode>();
        for (var i = 0; i < 4; i++)
        {
            reasons.AddRange(await peer.SubscribeAsync(new TopicSubscription(new string('x', 50_000) + i, Qos0)));
        }

        Assert.That(reasons, Is.EqualTo(new[] { ReasonCode.Success, ReasonCode.Success, ReasonCode.QuotaExceeded, ReasonCode.QuotaExceeded }));
        Assert.That(environment.Broker.PoolOf(proved: false).Bytes.Held, Is.InRange(200_000, 300_000));
        await peer.SendAsync(new UnsubscribePacket { PacketId = 2, Filters = [.. Enumerable.Range(0, 1).Select(i => new string('x', 50_000) + i)] });
        await peer.NextAsync<UnsubAckPacket>();
        Assert.That(await peer.SubscribeAsync(new TopicSubscription(new string('y', 50_000), Qos0)), Is.EqualTo(new[] { ReasonCode.Success }));
    }

    [Test]
    [Category("FieldCase")]
    public async Task Two_hundred_levels_are_taken_and_no_more()
    {
        await using var environment = await TestEnvironment.StartAsync(Open);
        var peer = await OpenAsync(environment, "c");

        Assert.That(await peer.SubscribeAsync(new(Deep, Qos0), new("+/" + Deep, Qos0), new(Deep + "/#", Qos0)), Is.EqualTo(new[] { ReasonCode.Success, ReasonCode.TopicFilterInvalid, ReasonCode.TopicFilterInvalid }));
        Assert.That(
            await peer.PublishAsync([new PublishPacket { Topic = Deep + "c" }, new PublishPacket { Topic = Deep + "/c" }, new PublishPacket { Topic = new string('/', 60_000) }]),
            Is.EqualTo(new[] { ReasonCode.Success, ReasonCode.TopicNameInvalid, ReasonCode.TopicNameInvalid }));
        var (_, answer) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "d", Will = new MqttWill(Deep + "/c", new byte[1], Qos0, false) });
        Assert.That(answer.Reason, Is.EqualTo(ReasonCode.TopicNameInvalid));
    }

    [Test]
    [Category("FieldCase")]
    public async Task A_client_that_never_acknowledges_holds_no_more_than_a_session_may()
    {
        var time = new FakeTimeProvider();
        await using var environment = await TestEnvironment.StartAsync(Open with { TimeProvider = time });
        var peer = await OpenAsync(environment, "c");
        await peer.SubscribeAsync(new TopicSubscription("big", Qos1));
        var session = environment.Broker.Sessions.Single();
        var reading = Task.Run(async () =>
        {
            while (await peer.NextAsync() is not null)
            {
            }
        });

        var publishing = Task.CompletedTask;
        var published = 0;
        while (published < 1000 && !session.WaitForBlockedPublisherAsync().IsCompleted)
        {
            published++;
            publishing = environment.Broker.PublishAsync("big", new byte[60_000], Qos1);
            await Task.WhenAny(publishing, session.WaitForBlockedPublisherAsync()).WaitAsync(TestEnvironment.Timeout);
        }

        Assert.That(session.HeldBytes, Is.LessThanOrEqualTo(Open.MaximumHeldBytes));
        Assert.That(published, Is.InRange(60, 75), "four MiB of them, and one that waits");
        time.Advance(TimeSpan.FromSeconds(5));
        await publishing.WaitAsync(TestEnvironment.Timeout);
        await reading.WaitAsync(TestEnvironment.Timeout); // the connection was ended
        Assert.That(environment.Broker.PoolOf(proved: false).Bytes.Held, Is.Zero, "all is given back");
    }

    [TestCase(Qos0)]
    [TestCase(Qos1)]
    [Category("FieldCase")]
    public async Task Sixty_that_do_not_read_hold_no_more_than_all_may(QualityOfService qos)
    {
        var time = new FakeTimeProvider();
        var options = Open with { TimeProvider = time, MaximumHeldBytesInAll = 8 * 1024 * 1024 };
        await using var environment = await TestEnvironment.StartAsync(options);
        for (var i = 0; i < 60; i++)
        {
            await (await OpenAsync(environment, $"c{i}", slow: true)).SubscribeAsync(new TopicSubscription("big", qos));
        }

        var most = 0L;
        for (var i = 0; i < 100 && environment.Broker.ConnectedClients.Count > 0; i++)
        {
            var publishing = environment.Broker.PublishAsync("big", new byte[60_000], qos);
            while (!publishing.IsCompleted)
            {
                most = Math.Max(most, environment.Broker.PoolOf(proved: false).Bytes.Held);
                Assert.That(environment.Broker.OutboxBytes, Is.LessThan(60 * 400_000));
                time.Advance(TimeSpan.FromSeconds(5));
                await Task.Yield();
            }

            await publishing;
            most = Math.Max(most, environment.Broker.PoolOf(proved: false).Bytes.Held);
        }

        Assert.That(most, Is.InRange(4_000_000, options.MaximumHeldBytesInAll + (60 * 61_000)), "and one message each");
    }

    [TestCase("C0 00", TestName = "PINGREQ whose answers nobody reads")]
    [TestCase("82 07 0001 00 0001 78 00", TestName = "SUBSCRIBE whose answers nobody reads")]
    [TestCase("A2 06 0001 00 0001 78", TestName = "UNSUBSCRIBE whose answers nobody reads")]
    [TestCase("32 06 0001 78 0001 00", TestName = "PUBLISH whose answers nobody reads")]
    [TestCase("40 02 0001", TestName = "PUBACK of nothing")]
    [TestCase("34 06 0001 78 0001 00", TestName = "PUBLISH of QoS 2 whose answers nobody reads")]
    [TestCase("50 02 0001", TestName = "PUBREC of nothing, whose answers nobody reads")]
    [TestCase("62 02 0001", TestName = "PUBREL of nothing, whose answers nobody reads")]
    [TestCase("70 02 0001", TestName = "PUBCOMP of nothing")]
    public async Task Answers_wait_at_the_client_that_does_not_read_them(string packet)
    {
        await using var environment = await TestEnvironment.StartAsync(Open);
        var peer = await OpenAsync(environment, "c", slow: true);
        var some = Enumerable.Repeat(RawPeer.Hex(packet), 1000).SelectMany(b => b).ToArray();

        var poured = peer.Pour(some, 20_000_000);

        await OpenAsync(environment, "after");
        Assert.That(poured, Is.GreaterThan(0));
        Assert.That(environment.Broker.OutboxBytes, Is.LessThan(20 * Outbox.Capacity));
        Assert.That(environment.Broker.Sessions.Single(s => s.ClientId == "c").HeldBytes, Is.LessThan(1000));
    }

    [Test]
    public async Task Wills_are_charged_while_they_wait()
    {
        var (time, hooks) = (new FakeTimeProvider(), new FakeHooks());
        await using var environment = await TestEnvironment.StartAsync(Open with { TimeProvider = time, Hooks = hooks, MaximumHeldBytesInAll = 100_000 });
        ConnectPacket WithWill(string name) => new()
        {
            ClientId = name, SessionExpiryInterval = 1000, Will = new MqttWill("w", new byte[60_000], Qos0, false) { DelayInterval = 60 },
        };
        var first = await OpenAsync(environment, WithWill("one"));
        Assert.That((await WirePeer.OpenAsync(environment, WithWill("two"))).Answer.Reason, Is.EqualTo(ReasonCode.QuotaExceeded));
        first.Dispose();
        await hooks.WaitForAsync("-one");
        Assert.That((await WirePeer.OpenAsync(environment, WithWill("two"))).Answer.Reason, Is.EqualTo(ReasonCode.QuotaExceeded), "it waits for its delay");

        time.Advance(TimeSpan.FromSeconds(60));
        var (bytes, until) = (environment.Broker.PoolOf(proved: false).Bytes, DateTime.UtcNow + TestEnvironment.Timeout);
        while (bytes.Held > 0 && DateTime.UtcNow < until)
        {
            await Task.Yield(); // the timer's work is done on another thread
        }

        await OpenAsync(environment, WithWill("two"));
    }

    [Test]
    public async Task Retained_messages_of_anonymous_publishers_take_no_room_of_proved_ones()
    {
        await using var environment = await TestEnvironment.StartAsync(Open with { Authenticator = new FakeAuthenticator(), MaximumRetained = 5 });
        var stranger = await OpenAsync(environment, "a");
        var reasons = await stranger.PublishAsync(Enumerable.Range(0, 6).Select(i => new PublishPacket { Topic = $"a/{i}", Payload = new byte[1], Retain = true }));
        var owner = await OpenAsync(environment, WirePeer.Proving("owner"));

        Assert.That(reasons, Is.EqualTo(Enumerable.Repeat(ReasonCode.Success, 5).Append(ReasonCode.QuotaExceeded)));
        Assert.That(await owner.PublishAsync([new PublishPacket { Topic = "o", Payload = new byte[1], Retain = true }]), Is.EqualTo(new[] { ReasonCode.Success }));
    }

    private static Task<WirePeer> OpenAsync(TestEnvironment environment, string name, bool slow = false) => OpenAsync(environment, new ConnectPacket { ClientId = name }, slow);

    private static async Task<WirePeer> OpenAsync(TestEnvironment environment, ConnectPacket connect, bool slow = false)
    {
        var (peer, answer) = await WirePeer.OpenAsync(environment, connect, slow: slow);
        Assert.That(answer.Reason, Is.EqualTo(ReasonCode.Success));
        return peer;
    }
}
