namespace Harness.Mqtt.Tests.Broker;

/// <summary>Properties, lifetime and DUP of messages (MQTT 5 section 3.3).</summary>
public class MessagePropertyTests
{
    [Test]
    public async Task A_message_keeps_its_properties_and_loses_lifetime_while_it_waits()
    {
        var time = new FakeTimeProvider();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time });
        using var publisher = await environment.RawAsync();
        await publisher.SendAsync(new ConnectPacket { ClientId = "p" });
        await publisher.ReceiveAsync();
        await publisher.SendAsync(new PublishPacket
        {
            Topic = "r", Retain = true, Payload = new byte[] { 1 }, Qos = QualityOfService.AtLeastOnce, PacketId = 1,
            MessageExpiryInterval = 100, ContentType = "ct", ResponseTopic = "rt", CorrelationData = [5], UserProperties = [new("k", "v")],
        });
        await publisher.ReceiveAsync();
        time.Advance(TimeSpan.FromSeconds(40));
        using var subscriber = await environment.RawAsync();
        await subscriber.SendAsync(new ConnectPacket { ClientId = "s" });
        await subscriber.ReceiveAsync();
        await subscriber.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new("r", QualityOfService.AtMostOnce)] });
        await subscriber.ReceiveAsync();

        var message = (PublishPacket)await subscriber.ReceiveAsync();
        Assert.That((message.MessageExpiryInterval, message.ContentType, message.ResponseTopic), Is.EqualTo((60u, "ct", "rt")));
        Assert.That(message.UserProperties, Is.EqualTo(new[] { new UserProperty("k", "v") }));

        time.Advance(TimeSpan.FromSeconds(61));
        await subscriber.SendAsync(new SubscribePacket { PacketId = 2, Subscriptions = [new("r", QualityOfService.AtMostOnce)] });
        await subscriber.ReceiveAsync();
        await subscriber.SendAsync("C0 00");
        await subscriber.ExpectAsync("D0 00"); // it expired
    }

    [Test]
    public async Task A_repeated_publish_does_not_reach_others_as_repeated()
    {
        await using var environment = await TestEnvironment.StartAsync();
        using var peer = await environment.RawAsync();
        await peer.SendAsync(new ConnectPacket { ClientId = "c" });
        await peer.ReceiveAsync();
        await peer.SendAsync(new PublishPacket { Topic = "r", Payload = new byte[] { 1 }, Retain = true, Dup = true, Qos = QualityOfService.AtLeastOnce, PacketId = 9 });
        await peer.ExpectAsync("40 02 0009");
        await peer.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new("r", QualityOfService.AtMostOnce)] });
        await peer.ExpectAsync("90 04 0001 00 00 31 05 0001 72 00 01");
    }
}
