namespace Harness.Mqtt.Tests.Proxy;

/// <summary>The proxy that an adversary on the wire uses.</summary>
public class ProxyTests
{
    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private sealed class Policy(Func<ProxiedPacket, IReadOnlyList<ProxyAction>> decide) : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken) => ValueTask.FromResult(decide(packet));
    }

    private static Task<MqttClient> ThroughAsync(MqttProxy proxy, string clientId, MqttVersion version = MqttVersion.V5)
        => MqttClient.ConnectAsync(new MqttClientOptions { Port = proxy.Endpoint.Port, ClientId = clientId, Version = version });

    private static byte[] Captured(MqttProxy proxy, PacketDirection direction, bool left = false)
        => [.. proxy.Capture.Where(c => c.Direction == direction && c.Left == left).SelectMany(c => c.Bytes.ToArray())];

    [TestCase(MqttVersion.V311)]
    [TestCase(MqttVersion.V5)]
    public async Task Without_a_policy_all_passes_and_every_byte_is_kept(MqttVersion version)
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        await using (var client = await ThroughAsync(proxy, "c", version))
        {
            await client.SubscribeAsync("a");
            await client.PublishAsync("a", Text("payload"), QualityOfService.AtLeastOnce);
            await TestEnvironment.NextAsync(client);
        }

        var (toBroker, toClient) = (Decode(Captured(proxy, PacketDirection.ToBroker), version), Decode(Captured(proxy, PacketDirection.ToClient), version));
        Assert.That(toBroker.Take(3), Is.EqualTo(new[] { PacketType.Connect, PacketType.Subscribe, PacketType.Publish }));
        Assert.That(toBroker, Does.Contain(PacketType.Disconnect));
        Assert.That(toClient.Order(), Is.EqualTo(new[] { PacketType.ConnAck, PacketType.Publish, PacketType.PubAck, PacketType.SubAck }));
        Assert.That(proxy.Capture.Any(c => c.Left), Is.False);
    }

    [Test]
    public async Task A_port_may_be_named_and_is_free_again_when_the_proxy_ends()
    {
        await using var environment = await TestEnvironment.StartAsync();
        System.Net.IPEndPoint named;
        await using (var first = await MqttProxy.StartAsync(environment.Broker.Endpoint))
        {
            named = first.Endpoint;
            Assert.That(
                async () => await MqttProxy.StartAsync(environment.Broker.Endpoint, null, named),
                Throws.TypeOf<MqttNotConnectedException>().With.Message.Contains($":{named.Port}"));
        }

        await using var second = await MqttProxy.StartAsync(environment.Broker.Endpoint, null, named);
        await using var client = await ThroughAsync(second, "c");
        Assert.That(second.Endpoint, Is.EqualTo(named));
    }

    [Test]
    public async Task A_policy_alters_drops_duplicates_and_injects()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        await using var client = await ThroughAsync(proxy, "c");
        await client.SubscribeAsync("#", QualityOfService.AtMostOnce);
        proxy.Policy = new Policy(p => (p.Direction, p.Packet) switch
        {
            (PacketDirection.ToBroker, PublishPacket { Topic: "alter" } m) => [ProxyAction.Send(PacketDirection.ToBroker, m with { Payload = Text("forged") }, p.Version)],
            (PacketDirection.ToBroker, PublishPacket { Topic: "drop" }) => [],
            (PacketDirection.ToBroker, PublishPacket { Topic: "twice" }) => [ProxyAction.Forward(p), ProxyAction.Forward(p)],
            (PacketDirection.ToBroker, PublishPacket { Topic: "back" }) => [ProxyAction.Send(PacketDirection.ToClient, new PublishPacket { Topic = "made/up" }, p.Version)],
            _ => [ProxyAction.Forward(p)],
        });

        foreach (var topic in new[] { "alter", "drop", "twice", "back" })
        {
            await client.PublishAsync(topic, Text("true"));
        }

        var received = new List<(string, string)>();
        for (var i = 0; i < 4; i++)
        {
            var message = await TestEnvironment.NextAsync(client);
            received.Add((message.Topic, Encoding.UTF8.GetString(message.Payload.Span)));
        }

        Assert.That(received, Is.EquivalentTo(new[] { ("alter", "forged"), ("twice", "true"), ("twice", "true"), ("made/up", "") }));
        Assert.That(Decode(Captured(proxy, PacketDirection.ToBroker, left: true), MqttVersion.V5), Is.EqualTo(new[] { PacketType.Publish, PacketType.Publish }));
        Assert.That(Decode(Captured(proxy, PacketDirection.ToClient, left: true), MqttVersion.V5), Is.EqualTo(new[] { PacketType.Publish }));
        Assert.That(proxy.Faults, Is.Empty);
    }

    [Test]
    public async Task Close_ends_both_sides()
    {
        var hooks = new FakeHooks();
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks });
        var proxy = await environment.ProxyAsync(new Policy(p => p.Packet is PublishPacket ? [ProxyAction.Close] : [ProxyAction.Forward(p)]));
        await using var client = await ThroughAsync(proxy, "c");

        await client.PublishAsync("a", default);

        Assert.That(await client.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.UnspecifiedError));
        await hooks.WaitForAsync("-c");
    }

    [Test]
    public async Task Bytes_are_injected_either_way_into_the_connection_that_is_named()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        await using var first = await ThroughAsync(proxy, "1");
        await using var second = await ThroughAsync(proxy, "2");
        await second.SubscribeAsync("x");
        Assert.That(proxy.OpenConnections, Is.EqualTo(new[] { 1, 2 }));

        await proxy.InjectAsync(1, PacketDirection.ToBroker, MqttCodec.Encode(new PublishPacket { Topic = "x", Payload = Text("as 1") }, MqttVersion.V5));
        Assert.That(Encoding.UTF8.GetString((await TestEnvironment.NextAsync(second)).Payload.Span), Is.EqualTo("as 1"));
        await proxy.InjectAsync(2, PacketDirection.ToClient, MqttCodec.Encode(new DisconnectPacket { Reason = ReasonCode.ServerShuttingDown }, MqttVersion.V5));
        Assert.That(await second.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.ServerShuttingDown));
        Assert.That(async () => await proxy.InjectAsync(3, PacketDirection.ToClient, default), Throws.TypeOf<MqttNotConnectedException>());
    }

    [Test]
    public async Task An_undecodable_packet_passes_raw_and_the_next_packet_is_seen_again()
    {
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        var seen = new System.Collections.Concurrent.ConcurrentQueue<string>();
        await using var proxy = await MqttProxy.StartAsync((System.Net.IPEndPoint)server.LocalEndpoint, new Policy(p =>
        {
            seen.Enqueue($"{p.Packet?.Type.ToString() ?? "raw"} {Convert.ToHexString(p.Raw.Span)}");
            return [ProxyAction.Forward(p)];
        }));
        using var client = await RawPeer.ConnectAsync(proxy.Endpoint);
        using var broker = await RawPeer.AcceptAsync(server);

        await client.SendAsync("C0 00 C0 01 00 C0 00");
        await broker.ExpectAsync("C0 00 C0 01 00 C0 00");
        await client.SendAsync("30 FF FF FF 7F 01"); // 256 MiB announced: forwarded as received
        await broker.ExpectAsync("30 FF FF FF 7F 01");
        await broker.SendAsync("FF FF FF FF FF FF"); // no valid length
        await client.ExpectAsync("FF FF FF FF FF FF");
        await broker.SendAsync("C0 00");
        await client.ExpectAsync("C0 00");

        Assert.That(seen, Is.EqualTo(new[] { "PingReq C000", "raw C00100", "PingReq C000", "raw 30FFFFFF7F01", "raw FFFFFFFFFFFF", "raw C000" }));
        Assert.That(proxy.Faults, Is.Empty);
    }

    [Test]
    public async Task Half_a_packet_and_a_half_close_are_passed_on_and_the_other_way_stays_open()
    {
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        await using var proxy = await MqttProxy.StartAsync((System.Net.IPEndPoint)server.LocalEndpoint);
        using var client = await RawPeer.ConnectAsync(proxy.Endpoint);
        using var broker = await RawPeer.AcceptAsync(server);

        await client.SendAsync("30 09 0001");
        client.HalfClose();
        await broker.ExpectAsync("30 09 0001");
        await broker.ExpectEndAsync();
        await broker.SendAsync("C0 00");
        await client.ExpectAsync("C0 00");
        broker.HalfClose();
        await client.ExpectEndAsync();
    }

    [Test]
    public async Task A_policy_that_throws_ends_its_connection_and_is_told()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync(new Policy(p => p.Packet is ConnectPacket { ClientId: "bad" } ? throw new FormatException("bug") : [ProxyAction.Forward(p)]));

        Assert.That(async () => await ThroughAsync(proxy, "bad"), Throws.TypeOf<MqttNotConnectedException>());
        await using var good = await ThroughAsync(proxy, "good");

        Assert.That(proxy.Faults.Single().Message, Is.EqualTo("bug"));
    }

    [Test]
    public async Task A_missing_broker_ends_the_client_and_is_told()
    {
        var environment = await TestEnvironment.StartAsync();
        await using var proxy = await MqttProxy.StartAsync(environment.Broker.Endpoint);
        await environment.DisposeAsync();

        Assert.That(async () => await ThroughAsync(proxy, "c"), Throws.TypeOf<MqttNotConnectedException>());
        Assert.That(proxy.Faults.Single(), Is.TypeOf<MqttNotConnectedException>());
    }

    [Test]
    public async Task Disposal_ends_open_connections()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        await using var client = await ThroughAsync(proxy, "c");

        await proxy.DisposeAsync();

        await client.Closed.WaitAsync(TestEnvironment.Timeout);
        Assert.That(proxy.OpenConnections, Is.Empty);
    }

    private static List<PacketType> Decode(byte[] bytes, MqttVersion version)
    {
        var types = new List<PacketType>();
        while (bytes.Length > 0)
        {
            Assert.That(MqttCodec.TryDecode(bytes, version, MqttLimits.Default, out var packet, out var consumed), Is.True);
            types.Add(packet!.Type);
            bytes = bytes[consumed..];
        }

        return types;
    }
}
