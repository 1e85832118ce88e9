namespace Harness.Mqtt.Tests.Broker;

/// <summary>Sessions of authenticated clients: no other client displaces, inherits or takes them over, and CONNACK tells if the session is kept.</summary>
[CancelAfter(30_000)]
public sealed class ProvedSessionTests
{
    private const QualityOfService Qos1 = QualityOfService.AtLeastOnce;
    private static readonly ConnectPacket Stranger = new() { ClientId = "c", CleanStart = false };

    [Test]
    public async Task Anonymous_sessions_displace_no_proved_one_and_CONNACK_says_what_is_kept()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(
            new MqttBrokerOptions { AllowAnonymous = true, Authenticator = new FakeAuthenticator(), Hooks = hooks, MaximumSessions = 20 });
        var kept = WirePeer.Proving("c") with { CleanStart = false, SessionExpiryInterval = 1000 };
        var (owner, first) = await WirePeer.OpenAsync(environment, kept);
        await owner.SubscribeAsync(new TopicSubscription("q", Qos1));
        await owner.SendAsync(new DisconnectPacket());
        await hooks.WaitForAsync("-c");
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" });
        Assert.That(await publisher.PublishAsync([new PublishPacket { Topic = "q", Payload = new byte[] { 7 } }]), Is.EqualTo(new[] { ReasonCode.Success }));

        var granted = new List<uint?>();
        for (var i = 0; i < 30; i++)
        {
            var (one, answer) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = $"a{i}", SessionExpiryInterval = uint.MaxValue });
            granted.Add(answer.SessionExpiryInterval);
            await one.SendAsync(new DisconnectPacket());
        }

        var (_, old) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "old", CleanStart = false }, MqttVersion.V311);
        var (back, again) = await WirePeer.OpenAsync(environment, kept);

        Assert.That(first.SessionExpiryInterval, Is.EqualTo(1000));
        Assert.That(granted, Is.EqualTo(Enumerable.Repeat<uint?>(uint.MaxValue, 20).Concat(Enumerable.Repeat<uint?>(0, 10))));
        Assert.That(old.Reason, Is.EqualTo(ReasonCode.ServerUnavailable), "3.1.1 has no other word for it");
        Assert.That(again.SessionPresent, Is.True);
        Assert.That((await back.NextPublishAsync())!.Payload.ToArray(), Is.EqualTo(new byte[] { 7 }));
        Assert.That(hooks.Limits.Count(l => l.Limit == BrokerLimit.KeptSessions), Is.EqualTo(11));
    }

    [TestCase(MqttVersion.V311)]
    [TestCase(MqttVersion.V5)]
    public async Task An_unauthenticated_client_inherits_and_takes_over_nothing_that_was_proved_after_CONNECT(MqttVersion version)
    {
        await using var environment = await StartAsync(out var hooks);
        var owner = await ProveAsync(environment, Stranger with { SessionExpiryInterval = 1000 }, version);
        await owner.SubscribeAsync(new TopicSubscription("private", Qos1));
        await environment.Broker.PublishAsync("private", new byte[] { 1 }, Qos1);
        var unacknowledged = await owner.NextAsync<PublishPacket>();

        var (stranger, answer) = await WirePeer.OpenAsync(environment, Stranger, version);
        await environment.Broker.PublishAsync("private", new byte[] { 2 }, Qos1);
        await stranger.SendAsync(new PubAckPacket { PacketId = unacknowledged.PacketId }, new PingReqPacket());

        Assert.That((answer.Reason, answer.SessionPresent), Is.EqualTo((ReasonCode.Success, false)));
        Assert.That(await stranger.NextAsync(), Is.TypeOf<PingRespPacket>(), "nothing of the owner's");
        Assert.That((await owner.NextAsync<PublishPacket>()).Payload.ToArray(), Is.EqualTo(new byte[] { 2 }), "the owner is still there");
        stranger.Dispose();
        await hooks.WaitForAsync("-c");
        owner.Dispose();
        while (environment.Broker.ConnectedClients.Count > 0)
        {
            await Task.Yield();
        }

        var (second, _) = await WirePeer.OpenAsync(environment, Stranger, version);
        await second.SendAsync(new PingReqPacket());
        Assert.That(await second.NextAsync(), Is.TypeOf<PingRespPacket>(), "nor when the owner is away");
    }

    [Test]
    public async Task A_client_that_proves_again_keeps_its_session_and_its_place()
    {
        await using var environment = await StartAsync(out _);
        var owner = await ProveAsync(environment, Stranger with { SessionExpiryInterval = 1000 });
        await owner.SubscribeAsync(new TopicSubscription("private", Qos1));
        await environment.Broker.PublishAsync("private", new byte[] { 1 }, Qos1);
        await owner.NextAsync<PublishPacket>(); // not acknowledged

        var again = await ProveAsync(environment, Stranger with { SessionExpiryInterval = 1000 });

        Assert.That((await owner.NextAsync<DisconnectPacket>()).Reason, Is.EqualTo(ReasonCode.SessionTakenOver));
        var resent = (await again.NextPublishAsync())!;
        Assert.That((resent.Payload.Span[0], resent.Dup), Is.EqualTo(((byte)1, false)), "CONNACK told it of no session: to it the message is new");
        await environment.Broker.PublishAsync("private", new byte[] { 2 }, Qos1);
        Assert.That((await again.NextPublishAsync())!.Payload.Span[0], Is.EqualTo(2), "its subscription is there");
        Assert.That(environment.Broker.Sessions, Has.Count.EqualTo(1));
        Assert.That(environment.Broker.PoolOf(proved: false).KeptSessions.Held, Is.Zero);
        Assert.That(environment.Broker.PoolOf(proved: true).KeptSessions.Held, Is.EqualTo(1));
        Assert.That(environment.Broker.PoolOf(proved: true).Connections.Held, Is.EqualTo(1));
    }

    [Test]
    public async Task A_clean_start_that_is_proved_ends_the_session_before()
    {
        await using var environment = await StartAsync(out _);
        var owner = await ProveAsync(environment, Stranger with { SessionExpiryInterval = 1000 });
        await owner.SubscribeAsync(new TopicSubscription("private", Qos1));

        var again = await ProveAsync(environment, Stranger with { CleanStart = true });
        await environment.Broker.PublishAsync("private", new byte[] { 2 }, Qos1);
        await again.SendAsync(new PingReqPacket());

        Assert.That(await again.NextAsync(), Is.TypeOf<PingRespPacket>());
        Assert.That(environment.Broker.Sessions, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Proof_at_CONNECT_resumes_what_was_proved_later()
    {
        await using var environment = await StartAsync(out _);
        var owner = await ProveAsync(environment, Stranger with { SessionExpiryInterval = 1000 });
        await owner.SubscribeAsync(new TopicSubscription("private", Qos1));

        var (_, answer) = await WirePeer.OpenAsync(environment, WirePeer.Proving("c") with { CleanStart = false });

        Assert.That(answer.SessionPresent, Is.True);
    }

    [Test]
    public async Task A_session_expiry_in_DISCONNECT_keeps_nothing_that_CONNACK_said_is_not_kept()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks, MaximumSessions = 0 });
        var (peer, answer) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c", SessionExpiryInterval = 10 });
        await peer.SendAsync(new DisconnectPacket { SessionExpiryInterval = 20 });
        await hooks.WaitForAsync("-c");
        Assert.That(await peer.NextAsync(), Is.Null, "no error: CONNECT asked for one");

        Assert.That(answer.SessionExpiryInterval, Is.Zero);
        Assert.That(environment.Broker.Sessions, Is.Empty);
    }

    /// <summary>Starts a broker at which a client proves its name by a message on <c>proof</c>.</summary>
    private static Task<TestEnvironment> StartAsync(out FakeHooks hooks)
    {
        var proved = new System.Collections.Concurrent.ConcurrentDictionary<ClientIdentity, bool>(ReferenceEqualityComparer.Instance);
        hooks = new FakeHooks
        {
            Intercept = (client, message) => message.Topic == "proof" && proved.TryAdd(client, true),
            HasProved = client => client.AuthenticationMethod is not null || proved.ContainsKey(client),
        };
        return TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Authenticator = new FakeAuthenticator(), Hooks = hooks });
    }

    private static async Task<WirePeer> ProveAsync(TestEnvironment environment, ConnectPacket connect, MqttVersion version = MqttVersion.V5)
    {
        var (peer, _) = await WirePeer.OpenAsync(environment, connect, version);
        await peer.SendAsync(new PublishPacket { Topic = "proof", Qos = Qos1, PacketId = 1 });
        var before = new List<MqttPacket>();
        while (await peer.NextAsync() is { } packet and not PubAckPacket)
        {
            before.Add(packet); // messages that waited for the authenticated client come at once
        }

        peer.PutBack(before);
        return peer;
    }
}
