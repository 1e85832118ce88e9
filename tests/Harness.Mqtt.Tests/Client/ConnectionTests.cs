namespace Harness.Mqtt.Tests.Client;

/// <summary>The client on an established connection, with a scripted broker.</summary>
public class ConnectionTests
{
    [TestCase("D0 01 00", "81", TestName = "A malformed packet is left with 0x81")]
    [TestCase("20 03 00 00 00", TestName = "A second CONNACK is left with 0x82")]
    [TestCase("E0 07 00 05 11 00000001", TestName = "A DISCONNECT with a session expiry is left with 0x82")]
    [TestCase("90 05 0001 00 00 00", TestName = "A SUBACK of more than was asked is left with 0x82")]
    [TestCase("F0 0D 18 0B 15 0004 46414B45 16 0001 02", TestName = "AUTH for nothing is left with 0x82")]
    [TestCase("34 06 0001 61 0001 00", "9B", TestName = "QoS 2 is left with 0x9B")]
    [TestCase("30 07 0001 61 03 23 0001", "94", TestName = "A topic alias is left with 0x94")]
    [TestCase("30 FF FF 7F", "95", TestName = "A packet above the limit is left with 0x95")]
    public async Task A_broker_that_breaks_the_protocol_is_left(string bad, string reason = "82")
    {
        using var server = new RawServer();
        var (client, peer) = await server.LetInAsync();
        await peer.SendAsync(bad);
        await peer.ExpectAsync($"E0 01 {reason}");
        peer.Dispose();

        await LeftAsync<MqttProtocolException>(client);
    }

    [Test]
    public async Task A_broker_that_vanishes_fails_what_waits()
    {
        using var server = new RawServer();
        var (client, peer) = await server.LetInAsync();
        var publishing = client.PublishAsync("a", default, QualityOfService.AtLeastOnce);
        await peer.ReceiveAsync();
        peer.Dispose();

        Assert.That(async () => await publishing.WaitAsync(TestEnvironment.Timeout), Throws.TypeOf<MqttNotConnectedException>());
        Assert.That(async () => await client.Messages.ReadAsync().AsTask().WaitAsync(TestEnvironment.Timeout), Throws.InstanceOf<System.Threading.Channels.ChannelClosedException>());
        Assert.That(async () => await client.SubscribeAsync("a"), Throws.TypeOf<MqttNotConnectedException>());
        await client.DisposeAsync();
    }

    [Test]
    public async Task An_answer_that_never_comes_is_timed_out_and_a_late_one_meets_nobody_else()
    {
        using var server = new RawServer();
        var time = new FakeTimeProvider();
        var (client, peer) = await server.LetInAsync(o => o with { TimeProvider = time });
        var first = client.PublishAsync("a", default, QualityOfService.AtLeastOnce);
        var sent = (PublishPacket)await peer.ReceiveAsync();
        while (!first.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Yield();
        }

        Assert.That(async () => await first, Throws.TypeOf<MqttTimedOutException>());
        var second = client.PublishAsync("b", default, QualityOfService.AtLeastOnce);
        var next = (PublishPacket)await peer.ReceiveAsync();
        Assert.That(next.PacketId, Is.Not.EqualTo(sent.PacketId));
        await peer.SendAsync(new PubAckPacket { PacketId = sent.PacketId });
        await peer.SendAsync(new PubAckPacket { PacketId = next.PacketId, Reason = ReasonCode.QuotaExceeded });
        Assert.That(await second.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.QuotaExceeded));
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Test]
    public async Task The_brokers_limits_are_kept()
    {
        using var server = new RawServer();
        var (client, peer) = await server.LetInAsync(accepted: new ConnAckPacket { ReceiveMaximum = 1, MaximumPacketSize = 100, MaximumQos = 1, RetainAvailable = false });

        Assert.That(async () => await client.PublishAsync("a", new byte[100]), Throws.TypeOf<MqttProtocolException>().With.Property("Reason").EqualTo(ReasonCode.PacketTooLarge));
        Assert.That(async () => await client.PublishAsync("a", new byte[100], QualityOfService.AtLeastOnce), Throws.TypeOf<MqttProtocolException>());
        Assert.That(async () => await client.PublishAsync("a", default, retain: true), Throws.TypeOf<MqttProtocolException>().With.Property("Reason").EqualTo(ReasonCode.RetainNotSupported));

        var (first, second) = (client.PublishAsync("1", default, QualityOfService.AtLeastOnce), client.PublishAsync("2", default, QualityOfService.AtLeastOnce));
        var one = (PublishPacket)await peer.ReceiveAsync();
        Assert.That(one.Topic, Is.EqualTo("1"));
        await client.PublishAsync("0", default); // QoS 0 is not held back
        Assert.That(((PublishPacket)await peer.ReceiveAsync()).Topic, Is.EqualTo("0"));
        await peer.SendAsync(new PubAckPacket { PacketId = one.PacketId });
        var two = (PublishPacket)await peer.ReceiveAsync();
        await peer.SendAsync(new PubAckPacket { PacketId = two.PacketId });
        Assert.That(await Task.WhenAll(first, second).WaitAsync(TestEnvironment.Timeout), Is.All.EqualTo(ReasonCode.Success));
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_client_pings_and_leaves_a_broker_that_does_not_answer()
    {
        using var server = new RawServer();
        var (client, peer) = await server.LetInAsync(o => o with { KeepAliveSeconds = 1 }); // on the wall clock: MQTTnet takes no other
        Assert.That(await peer.ReceiveAsync(), Is.TypeOf<PingReqPacket>());
        await peer.ExpectEndAsync();
        peer.Dispose();

        await LeftAsync<MqttTimedOutException>(client);
    }

    [Test]
    public async Task The_brokers_keep_alive_goes_before_the_clients()
    {
        using var server = new RawServer();
        var (client, peer) = await server.LetInAsync(o => o with { KeepAliveSeconds = 1000 }, new ConnAckPacket { ServerKeepAlive = 1 });
        Assert.That(await peer.ReceiveAsync(), Is.TypeOf<PingReqPacket>());
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Test]
    public async Task Bytes_that_came_before_the_end_can_still_be_read([Values] bool told)
    {
        using var server = new RawServer();
        var (client, peer) = await server.LetInAsync();
        var messages = Enumerable.Range(0, 100).SelectMany(i => MqttCodec.Encode(new PublishPacket { Topic = $"{i}" }, MqttVersion.V5));
        await peer.SendAsync([.. messages, .. told ? RawPeer.Hex("E0 01 8B") : []]);
        peer.HalfClose();
        await client.Closed.WaitAsync(TestEnvironment.Timeout);

        var read = await client.Messages.ReadAllAsync().Select(m => m.Topic).ToListAsync();
        Assert.That(read, Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"{i}")));
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Test]
    public async Task More_unread_messages_than_allowed_end_with_0x97()
    {
        using var server = new RawServer();
        var (client, peer) = await server.LetInAsync(o => o with { MaximumUnreadMessages = 2 });
        for (var i = 0; i < 3; i++)
        {
            await peer.SendAsync(new PublishPacket { Topic = "a" });
        }

        await peer.ExpectAsync("E0 01 97");
        peer.Dispose();
        Assert.That(client.Messages.TryRead(out _), Is.True); // earlier messages are still there
        await client.DisposeAsync();
    }

    [Test]
    public async Task A_disconnect_of_the_broker_is_the_reason_of_the_end()
    {
        using var server = new RawServer();
        var (client, peer) = await server.LetInAsync();
        await peer.SendAsync("E0 01 8B");

        Assert.That(await client.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.ServerShuttingDown));
        Assert.That(client.Failure, Is.Null);
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Test]
    public void Options_that_cannot_be_are_argument_errors()
    {
        var options = new MqttClientOptions { Port = 1883 };
        Assert.That(async () => await MqttClient.ConnectAsync(options with { Port = 0 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(async () => await MqttClient.ConnectAsync(options with { Version = MqttVersion.V311, Authentication = new FakeAuthenticationClient() }), Throws.InstanceOf<ArgumentException>());
        Assert.That(async () => await MqttClient.ConnectAsync(options with { ReceiveMaximum = 0 }), Throws.InstanceOf<ArgumentException>());
    }

    private static async Task LeftAsync<T>(MqttClient client)
        where T : Exception
    {
        Assert.That(await client.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.UnspecifiedError));
        Assert.That(client.Failure, Is.TypeOf<T>());
        await client.DisposeAsync();
    }
}
