namespace Harness.Mqtt.Tests.Broker;

/// <summary>Publishing and subscribing, the same in MQTT 3.1.1 and 5.</summary>
[TestFixture(MqttVersion.V311)]
[TestFixture(MqttVersion.V5)]
public class RoutingTests(MqttVersion version)
{
    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    [TestCase(QualityOfService.AtMostOnce)]
    [TestCase(QualityOfService.AtLeastOnce)]
    public async Task A_message_arrives_once_in_order(QualityOfService qos)
    {
        await using var environment = await TestEnvironment.StartAsync();
        var subscriber = await environment.ConnectAsync("s", version);
        var publisher = await environment.ConnectAsync("p", version);
        Assert.That(await subscriber.SubscribeAsync("a/+", qos), Is.EqualTo((ReasonCode)qos));

        for (byte i = 0; i < 100; i++)
        {
            Assert.That(await publisher.PublishAsync("a/b", new[] { i }, qos), Is.EqualTo(ReasonCode.Success));
        }

        for (byte i = 0; i < 100; i++)
        {
            var message = await TestEnvironment.NextAsync(subscriber);
            Assert.That(message.Payload.ToArray(), Is.EqualTo(new[] { i }));
            Assert.That((message.Topic, message.Qos, message.Retain), Is.EqualTo(("a/b", qos, false)));
        }
    }

    [Test]
    public async Task Retained_messages_meet_new_subscribers_until_they_are_cleared()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var publisher = await environment.ConnectAsync("p", version);
        await publisher.PublishAsync("r/1", Text("one"), QualityOfService.AtLeastOnce, retain: true);
        await publisher.PublishAsync("r/2", Text("two"), QualityOfService.AtLeastOnce, retain: true);
        await publisher.PublishAsync("r/2", default, QualityOfService.AtLeastOnce, retain: true);

        var subscriber = await environment.ConnectAsync("s", version);
        await subscriber.SubscribeAsync("r/#");
        var message = await TestEnvironment.NextAsync(subscriber);
        await publisher.PublishAsync("r/3", Text("three"), retain: true);
        var live = await TestEnvironment.NextAsync(subscriber);

        Assert.That((message.Topic, message.Retain), Is.EqualTo(("r/1", true)));
        Assert.That((live.Topic, live.Retain), Is.EqualTo(("r/3", false)));
    }

    [Test]
    public async Task Topics_of_the_broker_meet_no_leading_wildcard_and_no_publisher()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var everything = await environment.ConnectAsync("e", version);
        var system = await environment.ConnectAsync("s", version);
        await everything.SubscribeAsync("#");
        await system.SubscribeAsync("$SYS/#");

        await everything.PublishAsync("$SYS/x", Text("forged"), QualityOfService.AtLeastOnce);
        await environment.Broker.PublishAsync("$SYS/x", Text("real"));
        await environment.Broker.PublishAsync("x", Text("plain"));

        Assert.That(Encoding.UTF8.GetString((await TestEnvironment.NextAsync(system)).Payload.Span), Is.EqualTo("real"));
        Assert.That((await TestEnvironment.NextAsync(everything)).Topic, Is.EqualTo("x"));
    }

    [Test]
    public async Task Nothing_comes_after_unsubscribing()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var client = await environment.ConnectAsync("c", version);
        await client.SubscribeAsync("a");
        await client.SubscribeAsync("b");
        await client.UnsubscribeAsync("a");

        await client.PublishAsync("a", Text("1"), QualityOfService.AtLeastOnce);
        await client.PublishAsync("b", Text("2"), QualityOfService.AtLeastOnce);

        Assert.That((await TestEnvironment.NextAsync(client)).Topic, Is.EqualTo("b"));
        var again = await client.UnsubscribeAsync("a");
        Assert.That(again, Is.EqualTo(version == MqttVersion.V5 ? ReasonCode.NoSubscriptionExisted : ReasonCode.Success));
    }

    [Test]
    public async Task Overlapping_subscriptions_deliver_once_with_the_best_qos()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var client = await environment.ConnectAsync("c", version);
        await client.SubscribeAsync("a/#", QualityOfService.AtMostOnce);
        await client.SubscribeAsync("a/+", QualityOfService.AtLeastOnce);

        await client.PublishAsync("a/b", Text("1"), QualityOfService.AtLeastOnce);
        await client.PublishAsync("a/c", Text("2"), QualityOfService.AtLeastOnce);

        Assert.That((await TestEnvironment.NextAsync(client)).Qos, Is.EqualTo(QualityOfService.AtLeastOnce));
        Assert.That((await TestEnvironment.NextAsync(client)).Topic, Is.EqualTo("a/c"));
    }

    [TestCase("a/#/b", ReasonCode.TopicFilterInvalid)]
    [TestCase("$share/g", ReasonCode.TopicFilterInvalid)]
    [TestCase("$share//a", ReasonCode.TopicFilterInvalid)]
    [TestCase("$share/g+/a", ReasonCode.TopicFilterInvalid)]
    [TestCase("$share/g/a/#/b", ReasonCode.TopicFilterInvalid)]
    [TestCase("$share/g/denied", ReasonCode.NotAuthorized)]
    [TestCase("forbidden/a", ReasonCode.UnspecifiedError)]
    [TestCase("$share/g/forbidden/+", ReasonCode.UnspecifiedError)]
    [TestCase("denied", ReasonCode.NotAuthorized)]
    public async Task A_filter_that_cannot_be_is_refused_by_itself(string filter, ReasonCode reason)
    {
        var hooks = new FakeHooks { MaySubscribe = (_, f) => f != "denied" };
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks, ForbiddenFilters = ["forbidden/#"] });
        using var peer = await environment.RawAsync(); // MQTTnet sends none of these
        await peer.SendAsync(new ConnectPacket { ClientId = "c" }, version);
        await peer.ReceiveAsync(version);

        Assert.That(await SubscribeAsync(1, filter), Is.EqualTo(new[] { version == MqttVersion.V5 ? reason : ReasonCode.UnspecifiedError }));
        Assert.That(await SubscribeAsync(2, "fine"), Is.EqualTo(new[] { ReasonCode.GrantedQos1 }));

        async Task<IEnumerable<ReasonCode>> SubscribeAsync(ushort id, string to)
        {
            await peer.SendAsync(new SubscribePacket { PacketId = id, Subscriptions = [new(to, QualityOfService.AtLeastOnce)] }, version);
            var answer = (SubAckPacket)await peer.ReceiveAsync(version);
            Assert.That(answer.PacketId, Is.EqualTo(id));
            return answer.Reasons;
        }
    }

    [Test]
    public async Task A_session_that_is_kept_gets_what_it_missed_and_what_it_did_not_acknowledge()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var connect = new ConnectPacket { ClientId = "s", CleanStart = false, SessionExpiryInterval = 1000, ReceiveMaximum = 2 };
        using (var first = await environment.RawAsync())
        {
            await first.SendAsync(connect, version);
            Assert.That(((ConnAckPacket)await first.ReceiveAsync(version)).SessionPresent, Is.False);
            await first.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new("q", QualityOfService.AtLeastOnce)] }, version);
            await first.ReceiveAsync(version);
            await environment.Broker.PublishAsync("q", Text("1"), QualityOfService.AtLeastOnce);
            Assert.That(((PublishPacket)await first.ReceiveAsync(version)).Dup, Is.False);
            await first.SendAsync(new DisconnectPacket(), version); // without PUBACK
            await first.ExpectEndAsync();
        }

        await environment.Broker.PublishAsync("q", Text("2"), QualityOfService.AtLeastOnce);
        await environment.Broker.PublishAsync("q", Text("lost"), QualityOfService.AtMostOnce);
        using var second = await environment.RawAsync();
        await second.SendAsync(connect, version);

        Assert.That(((ConnAckPacket)await second.ReceiveAsync(version)).SessionPresent, Is.True);
        var (again, next) = ((PublishPacket)await second.ReceiveAsync(version), (PublishPacket)await second.ReceiveAsync(version));
        Assert.That((again.Dup, Encoding.UTF8.GetString(again.Payload.Span)), Is.EqualTo((true, "1")));
        Assert.That((next.Dup, Encoding.UTF8.GetString(next.Payload.Span)), Is.EqualTo((false, "2")));
        Assert.That(next.PacketId, Is.Not.EqualTo(again.PacketId));
    }

    [Test]
    public async Task Wills_are_published_when_a_client_vanishes_and_not_when_it_says_goodbye()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var watcher = await environment.ConnectAsync("w", version);
        await watcher.SubscribeAsync("will/#");
        var polite = await environment.ConnectAsync("polite", version, o => o with { Will = new MqttMessage("will/polite", Text("x"), QualityOfService.AtMostOnce, false) });
        var rude = await environment.ConnectAsync("rude", version, o => o with { Will = new MqttMessage("will/rude", Text("x"), QualityOfService.AtLeastOnce, false) });

        await polite.DisconnectAsync();
        rude.Abort();

        Assert.That((await TestEnvironment.NextAsync(watcher)).Topic, Is.EqualTo("will/rude"));
    }

    [Test]
    public async Task A_silent_client_is_dropped_after_one_and_a_half_times_its_keep_alive()
    {
        var time = new FakeTimeProvider();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time });
        using var peer = await environment.RawAsync();
        await peer.SendAsync(new ConnectPacket { ClientId = "c", KeepAliveSeconds = 10 }, version);
        await peer.ReceiveAsync(version);
        await peer.SendAsync(new PingReqPacket(), version);
        await peer.ExpectAsync("D0 00");

        time.Advance(TimeSpan.FromSeconds(14));
        await peer.SendAsync(new PingReqPacket(), version);
        await peer.ExpectAsync("D0 00");
        time.Advance(TimeSpan.FromSeconds(14));
        Assert.That(environment.Broker.ConnectedClients, Is.Not.Empty);
        time.Advance(TimeSpan.FromSeconds(1));

        if (version == MqttVersion.V5)
        {
            await peer.ExpectAsync("E0 01 8D");
        }

        await peer.ExpectEndAsync();
    }

    [Test]
    public async Task Hooks_decide_who_publishes_who_receives_and_what_is_swallowed()
    {
        var hooks = new FakeHooks
        {
            MayPublish = (_, topic) => topic != "forbidden",
            MayReceive = (client, topic) => client.ClientId != "blind" || topic == "seen",
            Intercept = (_, message) => message.Topic == "service",
        };
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var client = await environment.ConnectAsync("c", version);
        var blind = await environment.ConnectAsync("blind", version);
        await client.SubscribeAsync("#");
        await blind.SubscribeAsync("#");

        var refused = await client.PublishAsync("forbidden", Text("x"), QualityOfService.AtLeastOnce, retain: true);
        await client.PublishAsync("service", Text("x"), QualityOfService.AtLeastOnce, retain: true);
        await client.PublishAsync("open", Text("x"), QualityOfService.AtLeastOnce);
        await client.PublishAsync("seen", Text("x"), QualityOfService.AtLeastOnce);

        Assert.That(refused, Is.EqualTo(version == MqttVersion.V5 ? ReasonCode.NotAuthorized : ReasonCode.Success));
        Assert.That((await TestEnvironment.NextAsync(client)).Topic, Is.EqualTo("open"));
        Assert.That((await TestEnvironment.NextAsync(blind)).Topic, Is.EqualTo("seen"));
    }

    [Test]
    public async Task A_hook_that_throws_refuses_and_is_told()
    {
        var hooks = new FakeHooks { MayPublish = (_, _) => throw new InvalidOperationException("bug") };
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var client = await environment.ConnectAsync("c", version);
        await client.SubscribeAsync("#");

        await client.PublishAsync("a", Text("x"), QualityOfService.AtLeastOnce);
        await environment.Broker.PublishAsync("b", Text("y"));

        Assert.That((await TestEnvironment.NextAsync(client)).Topic, Is.EqualTo("b"));
        Assert.That(hooks.Faults.Single().Where, Is.EqualTo("IBrokerHooks.MayPublish"));
    }

    [Test]
    public async Task A_message_to_one_client_reaches_it_alone_and_without_a_subscription()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var one = await environment.ConnectAsync("one", version);
        var other = await environment.ConnectAsync("other", version);
        await other.SubscribeAsync("#");

        await environment.Broker.PublishAsync("aug/6f6e65/key", Text("wrap"), QualityOfService.AtLeastOnce, onlyToClient: "one");
        await environment.Broker.PublishAsync("nobody", Text("x"), onlyToClient: "nobody");
        await environment.Broker.PublishAsync("all", Text("x"));

        Assert.That((await TestEnvironment.NextAsync(one)).Topic, Is.EqualTo("aug/6f6e65/key"));
        Assert.That((await TestEnvironment.NextAsync(other)).Topic, Is.EqualTo("all"));
    }

    [Test]
    public async Task A_broker_without_anonymous_access_refuses_clients_without_proof()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions());

        Assert.That(
            async () => await environment.ConnectAsync("c", version),
            Throws.TypeOf<MqttRefusedException>().With.Property("Reason").EqualTo(ReasonCode.NotAuthorized));
    }
}
