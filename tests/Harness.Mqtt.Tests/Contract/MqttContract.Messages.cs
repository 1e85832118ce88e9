using System.Net;
using System.Net.Sockets;

namespace Harness.Mqtt.Tests.Contract;

/// <content>Messages, hooks and the ends of connections.</content>
public abstract partial class MqttContract
{
    [TestCase(QualityOfService.AtMostOnce, MqttVersion.V5)]
    [TestCase(QualityOfService.AtLeastOnce, MqttVersion.V5)]
    [TestCase(QualityOfService.AtLeastOnce, MqttVersion.V311)]
    public async Task Messages_arrive_once_in_order_and_unchanged(QualityOfService qos, MqttVersion version)
    {
        await BrokerAsync();
        var subscriber = await LoginAsync("s", with: o => o with { Version = version });
        var publisher = await LoginAsync("p", with: o => o with { Version = version });
        Assert.That(await subscriber.SubscribeAsync("a/b", qos), Is.EqualTo((ReasonCode)qos));
        for (byte i = 0; i < 50; i++)
        {
            Assert.That(await publisher.PublishAsync("a/b", new byte[] { i, 0x00, 0xFF }, qos), Is.EqualTo(ReasonCode.Success));
        }

        for (byte i = 0; i < 50; i++)
        {
            var message = await NextAsync(subscriber);
            Assert.That((message.Topic, message.Qos, message.Retain), Is.EqualTo(("a/b", qos, false)));
            Assert.That(message.Payload.ToArray(), Is.EqualTo(new byte[] { i, 0x00, 0xFF }));
        }
    }

    [Test]
    public async Task An_empty_and_a_large_payload_pass_whole()
    {
        await BrokerAsync();
        var client = await LoginAsync("c");
        await client.SubscribeAsync("a");
        var large = new byte[40_000];
        new Random(3).NextBytes(large);
        await client.PublishAsync("a", default, QualityOfService.AtLeastOnce);
        await client.PublishAsync("a", large, QualityOfService.AtLeastOnce);
        Assert.That((await NextAsync(client)).Payload.Length, Is.Zero);
        Assert.That((await NextAsync(client)).Payload.Span.SequenceEqual(large), Is.True);
    }

    [Test]
    public async Task Retained_messages_meet_later_subscribers_until_they_are_cleared()
    {
        var broker = await BrokerAsync();
        var publisher = await LoginAsync("p");
        await publisher.PublishAsync("r/1", Text("one"), QualityOfService.AtLeastOnce, retain: true);
        await publisher.PublishAsync("r/2", Text("two"), QualityOfService.AtLeastOnce, retain: true);
        await publisher.PublishAsync("r/2", default, QualityOfService.AtLeastOnce, retain: true);
        var subscriber = await LoginAsync("s");
        await subscriber.SubscribeAsync("r/#");
        var kept = await NextAsync(subscriber);
        Assert.That((kept.Topic, kept.Retain), Is.EqualTo(("r/1", true)));
        Assert.That(kept.Payload.ToArray(), Is.EqualTo(Text("one")));

        await publisher.PublishAsync("r/3", Text("three"), QualityOfService.AtLeastOnce, retain: true);
        var live = await NextAsync(subscriber);
        Assert.That((live.Topic, live.Retain), Is.EqualTo(("r/3", false)));

        await broker.PublishAsync("r/4", Text("four"), QualityOfService.AtLeastOnce, retain: true);
        Assert.That((await NextAsync(subscriber)).Topic, Is.EqualTo("r/4"));
        var late = await LoginAsync("l");
        await late.SubscribeAsync("r/4");
        Assert.That((await NextAsync(late)).Retain, Is.True);
    }

    [Test]
    public async Task Wildcards_match_as_the_standard_says()
    {
        await BrokerAsync();
        var one = await LoginAsync("one");
        var all = await LoginAsync("all");
        await one.SubscribeAsync("a/+/c");
        await all.SubscribeAsync("a/#");
        var publisher = await LoginAsync("p");
        foreach (var topic in new[] { "a", "b/x/c", "a/x/d", "a/x/c", "a/x/c/d", "a//c" })
        {
            await publisher.PublishAsync(topic, Text(topic), QualityOfService.AtLeastOnce);
        }

        await publisher.PublishAsync("a/end/c", Text("end"), QualityOfService.AtLeastOnce);
        var narrow = new List<string> { (await NextAsync(one)).Topic, (await NextAsync(one)).Topic };
        if (MatchesEmptyLevels)
        {
            narrow.Add((await NextAsync(one)).Topic);
        }

        Assert.That(narrow, Is.EqualTo(MatchesEmptyLevels ? new[] { "a/x/c", "a//c", "a/end/c" } : ["a/x/c", "a/end/c"]));
        var seen = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            seen.Add((await NextAsync(all)).Topic);
        }

        Assert.That(seen, Is.EqualTo(new[] { "a", "a/x/d", "a/x/c", "a/x/c/d", "a//c" }));
    }

    [Test]
    public async Task Nothing_comes_after_unsubscribing()
    {
        await BrokerAsync();
        var client = await LoginAsync("c");
        await client.SubscribeAsync("a");
        await client.SubscribeAsync("b");
        Assert.That(await client.UnsubscribeAsync("a"), Is.EqualTo(ReasonCode.Success));
        await client.PublishAsync("a", Text("1"), QualityOfService.AtLeastOnce);
        await client.PublishAsync("b", Text("2"), QualityOfService.AtLeastOnce);
        Assert.That((await NextAsync(client)).Topic, Is.EqualTo("b"));
        Assert.That(await client.UnsubscribeAsync("a"), Is.EqualTo(ReasonCode.NoSubscriptionExisted));
    }

    [Test]
    public async Task Hooks_decide_who_publishes_subscribes_and_receives()
    {
        var hooks = new FakeHooks
        {
            MayPublish = (_, topic) => topic != "no/publish",
            MaySubscribe = (_, filter) => filter != "no/subscribe",
            MayReceive = (client, topic) => topic != "for/a" || client.ClientId == "a",
            Intercept = (_, message) => message.Topic == "swallowed",
        };
        await BrokerAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var a = await LoginAsync("a");
        var b = await LoginAsync("b");
        Assert.That(await a.SubscribeAsync("no/subscribe"), Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(await a.SubscribeAsync("#"), Is.EqualTo(ReasonCode.GrantedQos1));
        Assert.That(await b.SubscribeAsync("#"), Is.EqualTo(ReasonCode.GrantedQos1));
        await hooks.WaitForAsync("b:#");

        Assert.That(await a.PublishAsync("no/publish", Text("1"), QualityOfService.AtLeastOnce), Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(await b.PublishAsync("swallowed", Text("2"), QualityOfService.AtLeastOnce), Is.EqualTo(ReasonCode.Success));
        Assert.That(await b.PublishAsync("for/a", Text("3"), QualityOfService.AtLeastOnce), Is.EqualTo(ReasonCode.Success));
        Assert.That(await b.PublishAsync("end", Text("4"), QualityOfService.AtLeastOnce), Is.EqualTo(ReasonCode.Success));

        Assert.That(new[] { (await NextAsync(a)).Topic, (await NextAsync(a)).Topic }, Is.EqualTo(new[] { "for/a", "end" }));
        Assert.That((await NextAsync(b)).Topic, Is.EqualTo("end"));
        Assert.That(hooks.Log, Does.Contain("+a").And.Contain("+b").And.Contain("a:#").And.Not.Contain("a:no/subscribe"));
    }

    [Test]
    public async Task The_brokers_own_messages_pass_no_hook_but_the_receivers()
    {
        var hooks = new FakeHooks { MayPublish = (_, _) => false, Intercept = (_, _) => true, MayReceive = (_, topic) => topic != "kept/back" };
        var broker = await BrokerAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var a = await LoginAsync("a");
        var b = await LoginAsync("b");
        await a.SubscribeAsync("#");
        await broker.PublishAsync("kept/back", Text("0"), QualityOfService.AtLeastOnce);
        await broker.PublishAsync("to/all", Text("1"), QualityOfService.AtLeastOnce);
        await broker.PublishAsync("to/b", Text("2"), QualityOfService.AtLeastOnce, onlyToClient: "b");
        await broker.PublishAsync("to/none", Text("3"), QualityOfService.AtLeastOnce, onlyToClient: "nobody");
        await broker.PublishAsync("kept/back", Text("4"), QualityOfService.AtLeastOnce, onlyToClient: "b");
        await broker.PublishAsync("to/b/too", Text("5"), QualityOfService.AtMostOnce, onlyToClient: "b");
        await broker.PublishAsync("to/all/too", Text("6"), QualityOfService.AtLeastOnce);

        Assert.That(new[] { (await NextAsync(a)).Topic, (await NextAsync(a)).Topic }, Is.EqualTo(new[] { "to/all", "to/all/too" }));
        Assert.That(new[] { (await NextAsync(b)).Topic, (await NextAsync(b)).Topic }, Is.EqualTo(new[] { "to/b", "to/b/too" }), "whether it subscribed or not");
        Assert.That(() => broker.PublishAsync("a/+", default), Throws.ArgumentException);
    }

    [Test]
    public async Task A_disconnected_client_gets_the_reason()
    {
        var broker = await BrokerAsync();
        var client = await LoginAsync("c");
        Assert.That(await broker.DisconnectClientAsync("nobody", ReasonCode.AdministrativeAction), Is.False);
        Assert.That(await broker.DisconnectClientAsync("c", ReasonCode.AdministrativeAction), Is.True);
        Assert.That(await client.Closed.WaitAsync(Patience), Is.EqualTo(ReasonCode.AdministrativeAction));
        await client.Messages.Completion.WaitAsync(Patience);
        Assert.That(async () => await client.PublishAsync("a", default, QualityOfService.AtLeastOnce), Throws.TypeOf<MqttNotConnectedException>());
        Assert.That(async () => await client.SubscribeAsync("a"), Throws.TypeOf<MqttNotConnectedException>());
    }

    [Test]
    public async Task A_client_that_leaves_is_gone_and_says_so_once()
    {
        var hooks = new FakeHooks();
        await BrokerAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var client = await LoginAsync("c");
        await client.DisconnectAsync();
        await client.DisconnectAsync();
        Assert.That(await client.Closed.WaitAsync(Patience), Is.EqualTo(ReasonCode.Success));
        await hooks.WaitForAsync("-c");
        Assert.That(_broker.ConnectedClients, Is.Empty);
    }

    [Test]
    public async Task A_broker_that_ends_takes_its_clients_and_its_port_along()
    {
        var broker = await BrokerAsync();
        var client = await LoginAsync("c");
        await broker.DisposeAsync();
        Assert.That(await client.Closed.WaitAsync(Patience), Is.EqualTo(ReasonCode.ServerShuttingDown));
        Assert.That(async () => await LoginAsync("d"), Throws.TypeOf<MqttNotConnectedException>().With.Message.Contains("ss -ltn"));
        await broker.DisposeAsync();
    }

    [Test]
    public async Task A_port_that_is_taken_is_told_with_the_next_command()
    {
        using var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        var port = ((IPEndPoint)holder.LocalEndpoint).Port;
        var failure = Assert.ThrowsAsync<MqttNotConnectedException>(async () => await StartBrokerAsync(new MqttBrokerOptions { Port = port }))!;
        Assert.That(failure.Message, Does.Contain($"127.0.0.1:{port}").And.Contain("ss -ltnp"));
        await Task.CompletedTask;
    }

    [Test]
    public async Task A_client_without_a_name_gets_one()
    {
        var broker = await BrokerAsync();
        var client = await LoginAsync("");
        Assert.That(client.AssignedClientId, Is.Not.Null.And.Not.Empty);
        Assert.That(broker.ConnectedClients, Is.EqualTo(new[] { client.AssignedClientId }));
    }

    [Test]
    public async Task An_invalid_topic_or_qos_is_refused_before_it_is_sent()
    {
        await BrokerAsync();
        var client = await LoginAsync("c");
        Assert.That(async () => await client.PublishAsync("a/#", default), Throws.ArgumentException);
        Assert.That(async () => await client.PublishAsync("a", default, QualityOfService.ExactlyOnce), Throws.ArgumentException);
        Assert.That(async () => await client.SubscribeAsync(""), Throws.ArgumentException);
        Assert.That(await client.SubscribeAsync("a/#/b"), Is.EqualTo(ReasonCode.TopicFilterInvalid).Or.EqualTo(ReasonCode.UnspecifiedError));
    }
}
