namespace Harness.Mqtt.Tests.Broker;

/// <content>Connections before and after their proof.</content>
public sealed partial class LimitsTests
{
    [Test]
    [Category("FieldCase")]
    public async Task Silent_sockets_keep_nobody_out_and_are_told_by_address()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator(), Hooks = hooks, MaximumConnections = 16, MaximumSilentPerAddress = 8 });
        var silent = new List<WirePeer>();
        for (var i = 0; i < 40; i++)
        {
            silent.Add(await WirePeer.DialAsync(environment));
        }

        var owner = await OpenAsync(environment, WirePeer.Proving("owner"));

        Assert.That(await owner.SubscribeAsync(new TopicSubscription("a", Qos1)), Is.EqualTo(new[] { ReasonCode.GrantedQos1 }));
        Assert.That(await silent[0].NextAsync(), Is.Null, "the oldest went");
        Assert.That(environment.Broker.Admission.Count, Is.LessThanOrEqualTo(8));
        Assert.That(hooks.Limits, Is.Not.Empty.And.All.Matches<BrokerLimitReached>(l => l.Limit == BrokerLimit.UnfinishedConnections && Equals(l.Address, IPAddress.Loopback)));
        Assert.That(hooks.Limits.Select(l => l.Connections), Is.EqualTo(new[] { 1, 2, 4, 8, 16, 32 }), "a flood of sockets is no flood of events");
    }

    [Test]
    [Category("FieldCase")]
    public async Task Logins_that_are_never_finished_keep_nobody_out()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator(), MaximumConnections = 16 });
        for (var i = 0; i < 40; i++)
        {
            var begun = await WirePeer.DialAsync(environment);
            await begun.SendAsync(WirePeer.Proving($"c{i}"));
            await begun.NextAsync<AuthPacket>();
        }

        await OpenAsync(environment, WirePeer.Proving("owner"));
        Assert.That(environment.Broker.Admission.Count, Is.LessThanOrEqualTo(16));
    }

    [Test]
    [Category("FieldCase")]
    public async Task Anonymous_connections_take_no_place_of_one_who_proves()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(Open with { Authenticator = new FakeAuthenticator(), Hooks = hooks, MaximumConnections = 4 });
        for (var i = 0; i < 4; i++)
        {
            await OpenAsync(environment, $"a{i}");
        }

        var (_, answer) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "a4" });
        Assert.That(answer.Reason, Is.EqualTo(ReasonCode.QuotaExceeded));
        Assert.That(hooks.Limits.Single(), Is.EqualTo(new BrokerLimitReached(BrokerLimit.Connections, "a4", IPAddress.Loopback, 0, 1)));
        await OpenAsync(environment, WirePeer.Proving("owner"));
        var again = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "a0" });
        Assert.That(again.Answer.Reason, Is.EqualTo(ReasonCode.Success), "its own place is free for who takes over");
        Assert.That(environment.Broker.PoolOf(proved: false).Connections.Held, Is.EqualTo(4));
    }
}
