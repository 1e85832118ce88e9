namespace Harness.Mqtt.Tests.Broker;

/// <summary>Receive Maximum and Maximum Packet Size of a client (MQTT 5 section 4.9).</summary>
public class FlowControlTests
{
    [Test]
    public async Task A_client_is_sent_no_more_than_its_receive_maximum_and_nothing_above_its_packet_size()
    {
        await using var environment = await TestEnvironment.StartAsync();
        using var peer = await environment.RawAsync();
        await peer.SendAsync(new ConnectPacket { ClientId = "c", ReceiveMaximum = 1, MaximumPacketSize = 50 });
        await peer.ReceiveAsync();
        await peer.SendAsync(new SubscribePacket { PacketId = 1, Subscriptions = [new("a", QualityOfService.AtLeastOnce)] });
        await peer.ReceiveAsync();
        await environment.Broker.PublishAsync("a", new byte[100], QualityOfService.AtLeastOnce);
        await environment.Broker.PublishAsync("a", new byte[] { 1 }, QualityOfService.AtLeastOnce);
        await environment.Broker.PublishAsync("a", new byte[] { 2 }, QualityOfService.AtLeastOnce);

        var first = (PublishPacket)await peer.ReceiveAsync();
        await peer.SendAsync("C0 00");
        await peer.ExpectAsync("D0 00"); // the second waits
        await peer.SendAsync(new PubAckPacket { PacketId = first.PacketId });
        var second = (PublishPacket)await peer.ReceiveAsync();

        Assert.That((first.Payload.Span[0], second.Payload.Span[0]), Is.EqualTo(((byte)1, (byte)2)));
    }
}
