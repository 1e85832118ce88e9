using Harness.Mqtt.Broker;
using Harness.Mqtt.Packets;
using Harness.Mqtt.Tests.Support;

namespace Harness.Mqtt.Tests.Broker;

/// <summary>Features of MQTT 5 alone, invalid input, and the broker's start and end.</summary>
public class BrokerFiveTests
{
    [TestCase("C0 01 00", "81", TestName = "A malformed packet ends with 0x81")]
    [TestCase("D0 00", "82", TestName = "PINGRESP from a client ends with 0x82")]
    [TestCase("10 0E 0004 4D515454 05 02 0000 00 0001 63", "82", TestName = "A second CONNECT ends with 0x82")]
    [TestCase("30 FF FF 7F", "95", TestName = "A packet above the limit ends with 0x95 before it came")]
    [TestCase("30 07 0001 61 03 23 0001", "94", TestName = "A topic alias ends with 0x94")]
    [TestCase("30 06 0001 61 02 0B 01", "82", TestName = "A subscription identifier from a client ends with 0x82")]
    [TestCase("E0 07 00 05 11 00000001", "82", TestName = "A session expiry that CONNECT had not ends with 0x82")]
    public async Task Bad_input_ends_one_connection(string bad, string reason)
    {
        await using var environment = await TestEnvironment.StartAsync();
        var bystander = await environment.ConnectAsync("b");
        using var peer = await environment.RawAsync();
        await peer.SendAsync(new ConnectPacket { ClientId = "c" });
        await peer.ReceiveAsync();

        await peer.SendAsync(bad);
        await peer.ExpectAsync($"E0 01 {reason}");
        await peer.ExpectEndAsync();

        Assert.That(await bystander.SubscribeAsync("a"), Is.EqualTo(ReasonCode.GrantedQos1));
    }

    [TestCase("474554202F20485454502F312E310D0A0D0A", TestName = "HTTP is closed without an answer")]
    [TestCase("C0 00", TestName = "A first packet other than CONNECT is closed without an answer")]
    [TestCase("F0 0D 18 0B 15 0004 46414B45 16 0001 02", TestName = "AUTH first is closed without an answer")]
    public async Task What_is_no_login_gets_no_answer(string bytes)
    {
        await using var environment = await TestEnvironment.StartAsync();
        using var peer = await environment.RawAsync();

        await peer.SendAsync(bytes);
        await peer.ExpectEndAsync();
    }

    [Test]
    public async Task A_client_of_mqtt_3_1_is_told_so_in_its_own_words()
    {
        await using var environment = await TestEnvironment.StartAsync();
        using var peer = await environment.RawAsync();

        await peer.SendAsync("10 0F 0006 4D5149736470 03 02 0000 0001 63");
        await peer.ExpectAsync("20 02 00 01");
        await peer.ExpectEndAsync();
    }

    [Test]
    public async Task A_client_without_a_name_is_given_one()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var client = await environment.ConnectAsync("");

        Assert.That(client.AssignedClientId, Is.Not.Null.And.Not.Empty);
        Assert.That(environment.Broker.ConnectedClients, Is.EqualTo(new[] { client.AssignedClientId }));
    }

    [Test]
    public async Task Options_and_properties_of_subscriptions_hold()
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

    [Test]
    public async Task A_session_ends_at_its_expiry_and_its_delayed_will_with_it()
    {
        var (time, hooks) = (new FakeTimeProvider(), new FakeHooks());
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time, Hooks = hooks });
        var watcher = await environment.ConnectAsync("w", with: o => o with { KeepAliveSeconds = 0 });
        await watcher.SubscribeAsync("will");
        var connect = new ConnectPacket
        {
            ClientId = "c", CleanStart = false, SessionExpiryInterval = 60, Will = new MqttWill("will", new byte[] { 1 }, QualityOfService.AtMostOnce, false) { DelayInterval = 30 },
        };
        async Task<bool> VisitAsync()
        {
            using var peer = await environment.RawAsync();
            await peer.SendAsync(connect);
            var present = ((ConnAckPacket)await peer.ReceiveAsync()).SessionPresent;
            peer.HalfClose();
            await peer.ExpectEndAsync();
            await hooks.WaitForAsync("-c");
            return present;
        }

        Assert.That(await VisitAsync(), Is.False);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(await VisitAsync(), Is.True); // back in time: no will
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(watcher.Messages.TryRead(out _), Is.False);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await TestEnvironment.NextAsync(watcher)).Topic, Is.EqualTo("will"));
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.That(await VisitAsync(), Is.False); // expired
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

    [Test]
    public async Task A_broker_that_stops_in_a_handshake_is_not_connected_at_once()
    {
        var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator() });
        var stopped = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        var connecting = environment.ConnectAsync("c", with: o => o with
        {
            Timeout = TimeSpan.FromHours(1),
            Authentication = new FakeAuthenticationClient
            {
                Continue = async (_, _) =>
                {
                    reached.SetResult();
                    await stopped.Task;
                    return [3];
                },
            },
        });
        await reached.Task.WaitAsync(TestEnvironment.Timeout);
        await environment.DisposeAsync();
        stopped.SetResult();

        Assert.That(async () => await connecting.WaitAsync(TestEnvironment.Timeout), Throws.TypeOf<MqttNotConnectedException>());
    }

    [Test]
    public async Task Quotas_are_told_by_their_reason()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, MaximumSubscriptions = 1, MaximumRetained = 1 });
        var client = await environment.ConnectAsync("c");
        await client.SubscribeAsync("a");
        await client.PublishAsync("a", new byte[1], QualityOfService.AtLeastOnce, retain: true);

        Assert.That(await client.SubscribeAsync("b"), Is.EqualTo(ReasonCode.QuotaExceeded));
        Assert.That(await client.SubscribeAsync("a"), Is.EqualTo(ReasonCode.GrantedQos1));
        Assert.That(await client.PublishAsync("b", new byte[1], QualityOfService.AtLeastOnce, retain: true), Is.EqualTo(ReasonCode.QuotaExceeded));
    }

    [Test]
    public async Task One_connection_more_than_the_maximum_is_refused()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, MaximumConnections = 1 });
        await environment.ConnectAsync("c");
        using var peer = await environment.RawAsync();
        await peer.SendAsync(new ConnectPacket { ClientId = "d" });

        Assert.That(((ConnAckPacket)await peer.ReceiveAsync()).Reason, Is.EqualTo(ReasonCode.QuotaExceeded));
        await peer.ExpectEndAsync();
    }

    [Test]
    public async Task A_client_can_be_ended_by_name()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var client = await environment.ConnectAsync("c");

        Assert.That(await environment.Broker.DisconnectClientAsync("c", ReasonCode.AdministrativeAction), Is.True);
        Assert.That(await environment.Broker.DisconnectClientAsync("nobody", ReasonCode.AdministrativeAction), Is.False);
        Assert.That(await client.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.AdministrativeAction));
    }

    [Test]
    public async Task A_broker_that_stops_says_so()
    {
        var environment = await TestEnvironment.StartAsync();
        var client = await environment.ConnectAsync("c");
        await environment.Broker.DisposeAsync();

        Assert.That(await client.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.ServerShuttingDown));
        await environment.DisposeAsync();
    }

    [Test]
    public async Task A_busy_port_is_an_error_that_names_it()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var port = environment.Broker.Endpoint.Port;

        Assert.That(
            async () => await MqttBroker.StartAsync(new MqttBrokerOptions { Port = port }),
            Throws.TypeOf<MqttNotConnectedException>().With.Message.Contains($"127.0.0.1:{port}"));
    }
}
