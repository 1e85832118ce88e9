namespace Harness.Mqtt.Tests.Proxy;

/// <summary>The proxy tells which side ended a connection first.</summary>
[CancelAfter(30_000)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ConnectionEndTests
{
    private readonly TaskCompletionSource<ConnectionEnd> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [TestCase(ConnectionSide.Client, false)]
    [TestCase(ConnectionSide.Client, true)]
    [TestCase(ConnectionSide.Broker, false)]
    [TestCase(ConnectionSide.Broker, true)]
    public async Task A_side_that_closes_or_resets_is_told(ConnectionSide side, bool resets)
    {
        await using var ends = await Ends.OpenAsync(_ended);
        var (first, other) = side == ConnectionSide.Client ? (ends.Client, ends.Broker) : (ends.Broker, ends.Client);
        if (resets)
        {
            first.LingerState = new LingerOption(true, 0);
        }

        first.Dispose();
        await AwaitEndAsync(other);
        other.Dispose();
        Assert.That(await EndAsync(), Is.EqualTo((1, side, true)));
    }

    [Test]
    public async Task A_client_that_said_DISCONNECT_ended_it_though_the_broker_closes_first()
    {
        await using var ends = await Ends.OpenAsync(_ended);
        await ends.Client.SendAsync(MqttCodec.Encode(new DisconnectPacket(), MqttVersion.V311));
        Assert.That(await ends.Broker.ReceiveAsync(new byte[16]), Is.EqualTo(2));
        ends.Broker.Dispose();
        await AwaitEndAsync(ends.Client);
        ends.Client.Dispose();
        Assert.That(await EndAsync(), Is.EqualTo((1, ConnectionSide.Client, true)));
    }

    [TestCase("disposal")]
    [TestCase("cut")]
    [TestCase("close of the policy")]
    [TestCase("error of the policy")]
    public async Task An_end_by_the_proxy_is_nobody_elses(string by)
    {
        await using var ends = await Ends.OpenAsync(_ended, packet => by switch
        {
            "close of the policy" => [ProxyAction.Close],
            "error of the policy" => throw new InvalidOperationException(by),
            _ => [ProxyAction.Forward(packet)],
        });
        switch (by)
        {
            case "disposal":
                await ends.Proxy.DisposeAsync();
                break;
            case "cut":
                Assert.That(ends.Proxy.Cut(), Is.EqualTo(1));
                break;
            default:
                await ends.Client.SendAsync(MqttCodec.Encode(new PingReqPacket(), MqttVersion.V5));
                break;
        }

        Assert.That(await EndAsync(), Is.EqualTo((1, ConnectionSide.Proxy, true)));
    }

    [Test]
    public async Task An_end_is_over_only_once_it_was_told()
    {
        await using var ends = await Ends.OpenAsync(_ended);
        using var telling = new ManualResetEventSlim();
        ends.Proxy.ConnectionEnded += _ => telling.Wait(TestEnvironment.Timeout);
        ends.Client.Dispose();
        ends.Broker.Dispose();
        await EndAsync();
        var over = ends.Proxy.EndOf(1);
        Assert.That((ends.Proxy.OpenConnections.Count, over.IsCompleted), Is.EqualTo((1, false)), "whoever disposes the proxy waits for those that are listed");
        telling.Set();
        await over.WaitAsync(TestEnvironment.Timeout);
        Assert.That(ends.Proxy.OpenConnections, Is.Empty);
    }

    [Test]
    public async Task A_connection_that_found_no_broker_was_ended_by_it()
    {
        IPEndPoint nobody;
        using (var listener = new TcpListener(IPAddress.Loopback, 0))
        {
            listener.Start();
            nobody = (IPEndPoint)listener.LocalEndpoint;
        }

        await using var proxy = await MqttProxy.StartAsync(nobody);
        proxy.ConnectionEnded += _ended.SetResult;
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(proxy.Endpoint);
        Assert.That(await EndAsync(), Is.EqualTo((1, ConnectionSide.Broker, true)));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Bytes_on_the_links_way_to_the_side_that_ends_are_told(bool isOnTheWay)
    {
        var (second, left) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var answers = 0;
        await using var ends = await Ends.OpenAsync(_ended, packet =>
        {
            if (packet.Packet is PingRespPacket && ++answers == 2)
            {
                second.SetResult(); // the first is on the link by then
            }

            if (packet.Packet is DisconnectPacket)
            {
                left.SetResult();
            }

            return [ProxyAction.Forward(packet)];
        }, new LinkConditions { Delay = TimeSpan.FromMinutes(1) });
        if (isOnTheWay)
        {
            await ends.Broker.SendAsync(RawPeer.Hex("D0 00 D0 00"));
            await second.Task.WaitAsync(TestEnvironment.Timeout);
        }

        await ends.Client.SendAsync(RawPeer.Hex("E0 00"));
        await left.Task.WaitAsync(TestEnvironment.Timeout);
        ends.Proxy.Cut(); // no need to see the minute through
        Assert.That(await EndAsync(), Is.EqualTo((1, ConnectionSide.Client, !isOnTheWay)));
    }

    private static async Task AwaitEndAsync(Socket socket)
    {
        using var patience = new CancellationTokenSource(TestEnvironment.Timeout);
        try
        {
            Assert.That(await socket.ReceiveAsync(new byte[16], patience.Token), Is.Zero);
        }
        catch (SocketException)
        {
            // A reset is also an end.
        }
    }

    private async Task<(int, ConnectionSide, bool)> EndAsync()
    {
        var end = await _ended.Task.WaitAsync(TestEnvironment.Timeout);
        return (end.Connection, end.By, end.HadHeardAll);
    }

    /// <summary>Both ends of a connection through a proxy, as sockets.</summary>
    private sealed class Ends(MqttProxy proxy, Socket client, Socket broker) : IAsyncDisposable
    {
        public MqttProxy Proxy => proxy;

        public Socket Client => client;

        public Socket Broker => broker;

        public static async Task<Ends> OpenAsync(TaskCompletionSource<ConnectionEnd> ended, Func<ProxiedPacket, IReadOnlyList<ProxyAction>>? decide = null, LinkConditions? link = null)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var proxy = await MqttProxy.StartAsync((IPEndPoint)listener.LocalEndpoint, decide is null ? null : new Policy(decide));
            proxy.SetLink(link);
            proxy.ConnectionEnded += ended.SetResult;
            var client = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            using var patience = new CancellationTokenSource(TestEnvironment.Timeout);
            await client.ConnectAsync(proxy.Endpoint, patience.Token);
            return new Ends(proxy, client, await listener.AcceptSocketAsync(patience.Token));
        }

        public async ValueTask DisposeAsync()
        {
            await proxy.DisposeAsync();
            client.Dispose();
            broker.Dispose();
        }
    }

    private sealed class Policy(Func<ProxiedPacket, IReadOnlyList<ProxyAction>> decide) : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken) => ValueTask.FromResult(decide(packet));
    }
}
