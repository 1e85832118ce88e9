namespace Harness.Mqtt.Tests.Broker;

/// <summary>Subscription options and identifiers (MQTT 5 sections 3.8.2.1.2 and 3.8.3.1).</summary>
public class SubscriptionOptionsTests
{
    [Test]
    public async Task Subscription_options_and_identifiers_apply()
    {
        await using var environment = await TestEnvironment.StartAsync();
        using var peer = await environment.RawAsync();
        await peer.SendAsync(new ConnectPacket { ClientId = "c" });
        await peer.ReceiveAsync();
        await peer.SendAsync(new SubscribePacket { PacketId = 1, SubscriptionIdentifier = 7, Subscriptions = [new("a", QualityOfService.AtMostOnce) { NoLocal = true, RetainAsPublished = true }] });
        await peer.ReceiveAsync();
        await peer.SendAsync(new SubscribePacket { PacketId = 2, SubscriptionIdentifier = 8, Subscriptions = [new("+", QualityOfService.AtMostOnce) { NoLocal = true }] });
        await peer.ReceiveAsync();
        await peer.SendAsync(new PublishPacket { Topic = "a", Payload = new byte[] { 1 } }); // no local: not sent back
        var other = await environment.ConnectAsync("o");
        await other.PublishAsync("a", new byte[] { 2 }, QualityOfService.AtLeastOnce, retain: true);

        var received = (PublishPacket)await peer.ReceiveAsync();

        Assert.That(received.Payload.ToArray(), Is.EqualTo(new byte[] { 2 }));
        Assert.That(received.Retain, Is.True);
        Assert.That(received.SubscriptionIdentifiers, Is.EquivalentTo(new uint[] { 7, 8 }));

        await peer.SendAsync(new SubscribePacket { PacketId = 3, Subscriptions = [new("a", QualityOfService.AtMostOnce) { RetainHandling = RetainHandling.SendIfNew }] });
        await peer.ReceiveAsync();
        await peer.SendAsync("C0 00");
        await peer.ExpectAsync("D0 00"); // no retained message: the subscription is not new
    }
}
