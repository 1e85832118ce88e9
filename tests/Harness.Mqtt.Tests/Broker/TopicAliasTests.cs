namespace Harness.Mqtt.Tests.Broker;

/// <summary>Topic aliases in both directions (MQTT 5 section 3.3.2.3.4).</summary>
[CancelAfter(60_000)]
public sealed class TopicAliasTests
{
    [Test]
    public async Task A_client_may_name_a_topic_once_and_its_alias_afterwards()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s" });
        await subscriber.SubscribeAsync(new TopicSubscription("#", QualityOfService.AtMostOnce));
        var (publisher, answer) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" });

        await publisher.SendAsync(
            new PublishPacket { Topic = "one", TopicAlias = 1 }, new PublishPacket { TopicAlias = 1 },
            new PublishPacket { Topic = "two", TopicAlias = 16, Qos = QualityOfService.AtLeastOnce, PacketId = 1 },
            new PublishPacket { Topic = "other", TopicAlias = 1 }, new PublishPacket { TopicAlias = 1, Retain = true, Payload = new byte[1] });
        var taken = await subscriber.TakeAsync(5);

        Assert.That(answer.TopicAliasMaximum, Is.EqualTo(16));
        Assert.That(taken.Select(m => m.Topic), Is.EqualTo(new[] { "one", "one", "two", "other", "other" }));
        Assert.That(taken, Is.All.Property(nameof(PublishPacket.TopicAlias)).Null, "the subscriber takes none");
    }

    [Test]
    public async Task An_alias_ends_with_its_connection_and_the_session_goes_on()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var connect = new ConnectPacket { ClientId = "c", CleanStart = false, SessionExpiryInterval = 1000, TopicAliasMaximum = 1 };
        var (first, _) = await WirePeer.OpenAsync(environment, connect);
        await first.SubscribeAsync(new TopicSubscription("a", QualityOfService.AtLeastOnce));
        await first.SendAsync(new PublishPacket { Topic = "a", TopicAlias = 2 });
        var before = await first.NextAsync<PublishPacket>();
        first.Dispose();
        await hooks.WaitForAsync("-c");

        var (second, answer) = await WirePeer.OpenAsync(environment, connect);
        await environment.Broker.PublishAsync("a", default, QualityOfService.AtLeastOnce);
        var after = await second.NextAsync<PublishPacket>();
        await second.SendAsync(new PublishPacket { TopicAlias = 2 });

        Assert.That(answer.SessionPresent, Is.True);
        Assert.That((before.Topic, before.TopicAlias, after.Topic, after.TopicAlias), Is.EqualTo(("a", (ushort)1, "a", (ushort)1)), "set anew on the new connection");
        Assert.That((await second.NextAsync<DisconnectPacket>()).Reason, Is.EqualTo(ReasonCode.ProtocolError));
    }

    [Test]
    public async Task A_client_that_allows_aliases_is_sent_a_topic_once_on_every_QoS()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var (peer, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c", TopicAliasMaximum = 1 });
        await peer.SubscribeAsync(new TopicSubscription("#", QualityOfService.ExactlyOnce));
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" });
        await publisher.SendAsync([.. Enumerable.Range(0, 3).Select(qos => new PublishPacket { Topic = "long/topic", Qos = (QualityOfService)qos, PacketId = (ushort)qos })]);
        await publisher.SendAsync(new PublishPacket { Topic = "second" });

        var taken = new List<PublishPacket>();
        for (var i = 0; i < 4; i++)
        {
            taken.Add(await peer.NextAsync<PublishPacket>());
        }

        Assert.That(taken.Select(m => (m.Topic, m.TopicAlias)), Is.EqualTo(new (string, ushort?)[] { ("long/topic", 1), ("", 1), ("", 1), ("second", null) }));
    }

    [Test]
    public async Task A_message_that_only_fits_without_an_alias_is_sent_without_one()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var bare = MqttCodec.Encode(new PublishPacket { Topic = "a", Payload = new byte[40] }, MqttVersion.V5).Length;
        var (peer, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "c", TopicAliasMaximum = 1, MaximumPacketSize = (uint)bare });
        await peer.SubscribeAsync(new TopicSubscription("a", QualityOfService.AtMostOnce));

        await environment.Broker.PublishAsync("a", new byte[40]);

        Assert.That(await peer.NextAsync<PublishPacket>(), Has.Property("Topic").EqualTo("a").And.Property("TopicAlias").Null);
    }
}
