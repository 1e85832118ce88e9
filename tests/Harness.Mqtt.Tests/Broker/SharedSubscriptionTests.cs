namespace Harness.Mqtt.Tests.Broker;

/// <summary>Shared subscriptions (MQTT 5 section 4.8.2), in 3.1.1 too.</summary>
[TestFixture(MqttVersion.V311)]
[TestFixture(MqttVersion.V5)]
[CancelAfter(60_000)]
public sealed class SharedSubscriptionTests(MqttVersion version)
{
    private const QualityOfService Qos0 = QualityOfService.AtMostOnce;
    private const QualityOfService Qos1 = QualityOfService.AtLeastOnce;

    [Test]
    public async Task Members_get_messages_in_turn_and_each_message_once()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var members = new[] { await MemberAsync(environment, "a", "$share/g/x/+"), await MemberAsync(environment, "b", "$share/g/x/+"), await MemberAsync(environment, "c", "$share/g/x/+") };
        var other = await MemberAsync(environment, "other", "$share/h/x/#");

        for (byte i = 0; i < 9; i++)
        {
            await environment.Broker.PublishAsync("x/y", new[] { i }, Qos1);
        }

        var taken = new List<byte>();
        foreach (var member in members)
        {
            var own = await member.TakeAsync(3);
            Assert.That(own, Has.Count.EqualTo(3));
            taken.AddRange(own.Select(m => m.Payload.Span[0]));
        }

        Assert.That(taken.Order(), Is.EqualTo(Enumerable.Range(0, 9)));
        Assert.That(await other.TakeAsync(9), Has.Count.EqualTo(9), "another group gets them all");
    }

    [Test]
    public async Task A_subscription_of_its_own_and_one_that_is_shared_are_two()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var peer = await MemberAsync(environment, "a", "$share/g/x");
        await peer.SubscribeAsync(new TopicSubscription("x", Qos0));

        await environment.Broker.PublishAsync("x", new byte[1], Qos1);

        Assert.That((await peer.TakeAsync(2)).Select(m => m.Qos), Is.EquivalentTo(new[] { Qos0, Qos1 }));
    }

    [Test]
    public async Task A_member_that_is_away_gets_what_no_connected_one_takes()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var kept = new ConnectPacket { ClientId = "away", CleanStart = false, SessionExpiryInterval = 1000 };
        var away = await MemberAsync(environment, kept, "$share/g/x");
        await away.SendAsync(new DisconnectPacket());
        await hooks.WaitForAsync("-away");
        var present = await MemberAsync(environment, "here", "$share/g/x");
        await environment.Broker.PublishAsync("x", new byte[] { 1 }, Qos1);
        await environment.Broker.PublishAsync("x", new byte[] { 2 }, Qos1);
        Assert.That(await present.TakeAsync(2), Has.Count.EqualTo(2), "who is there gets them all");
        await present.SendAsync(new UnsubscribePacket { PacketId = 2, Filters = ["$share/g/x"] });
        await present.NextAsync<UnsubAckPacket>();
        await environment.Broker.PublishAsync("x", new byte[] { 3 }, Qos1);

        var (back, _) = await WirePeer.OpenAsync(environment, kept, version);

        Assert.That((await back.TakeAsync(1)).Select(m => m.Payload.Span[0]), Is.EqualTo(new byte[] { 3 }));
    }

    [Test]
    public async Task A_full_member_is_passed_over()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, MaximumQueued = 1, MaximumUnacknowledged = 1 });
        var full = await MemberAsync(environment, "full", "$share/g/x");
        await full.SubscribeAsync(new TopicSubscription("own", Qos1));
        await environment.Broker.PublishAsync("own", default, Qos1); // in flight, never acknowledged
        await environment.Broker.PublishAsync("own", default, Qos1); // waits
        var free = await MemberAsync(environment, "free", "$share/g/x");

        for (var i = 0; i < 6; i++)
        {
            await environment.Broker.PublishAsync("x", default, Qos0);
            await environment.Broker.PublishAsync("x", default, Qos1);
            await free.NextPublishAsync();
            await free.NextPublishAsync();
        }

        Assert.That(environment.Broker.Sessions.Single(s => s.ClientId == "full").Connection, Is.Not.Null);
    }

    [Test]
    public async Task Retained_messages_are_not_sent_to_a_shared_subscription()
    {
        await using var environment = await TestEnvironment.StartAsync();
        await environment.Broker.PublishAsync("x", new byte[1], retain: true);

        var peer = await MemberAsync(environment, "a", "$share/g/x");

        Assert.That(await peer.TakeAsync(0), Is.Empty);
    }

    [Test]
    public async Task Strangers_take_no_message_from_members_that_proved_who_they_are()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Authenticator = new FakeAuthenticator() });
        var (owner, _) = await WirePeer.OpenAsync(environment, WirePeer.Proving("owner"));
        await owner.SubscribeAsync(new TopicSubscription("$share/g/x", Qos1));
        var stranger = await MemberAsync(environment, "stranger", "$share/g/x");

        for (var i = 0; i < 4; i++)
        {
            await environment.Broker.PublishAsync("x", default, Qos1);
        }

        Assert.That(await owner.TakeAsync(4), Has.Count.EqualTo(4));
        Assert.That(await stranger.TakeAsync(4), Has.Count.EqualTo(4));
    }

    private Task<WirePeer> MemberAsync(TestEnvironment environment, string name, string filter) => MemberAsync(environment, new ConnectPacket { ClientId = name }, filter);

    private async Task<WirePeer> MemberAsync(TestEnvironment environment, ConnectPacket connect, string filter)
    {
        var (peer, _) = await WirePeer.OpenAsync(environment, connect, version);
        Assert.That(await peer.SubscribeAsync(new TopicSubscription(filter, Qos1)), Is.EqualTo(new[] { ReasonCode.GrantedQos1 }));
        return peer;
    }
}
