namespace Harness.Brokers.Tests;

/// <summary>A gate's own failures are not the broker's answers.</summary>
[CancelAfter(60_000)]
internal sealed class TlsGateTests
{
    [Test]
    public async Task A_connection_to_nobody_is_reset_and_told(CancellationToken stop)
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var nobody = (IPEndPoint)closed.LocalEndpoint;
        closed.Stop();
        await using var gate = TlsGate.Open(nobody, BrokerTls.ClientOptions("127.0.0.1", null));
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.Failed += e => told.TrySetResult(e);

        Assert.That(() => AskAsync(gate, stop), Throws.TypeOf<SocketException>());
        Assert.That(await told.Task.WaitAsync(stop), Is.SameAs(gate.Failure).And.InstanceOf<SocketException>());
    }

    [Test]
    public async Task A_connection_that_the_broker_ends_before_TLS_stands_is_reset(CancellationToken stop)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await using var gate = TlsGate.Open((IPEndPoint)listener.LocalEndpoint, BrokerTls.ClientOptions("127.0.0.1", null));
        var hangingUp = Task.Run(async () => (await listener.AcceptSocketAsync(stop)).Dispose(), stop);

        Assert.That(() => AskAsync(gate, stop), Throws.TypeOf<SocketException>());
        await hangingUp;
    }

    // The reset may come before the login is sent, or the connection is known to stand.
    private static async Task<int> AskAsync(TlsGate gate, CancellationToken stop)
    {
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(gate.Endpoint, stop);
        await client.SendAsync(MqttCodec.Encode(new ConnectPacket { ClientId = "m4" }, MqttVersion.V5), stop);
        return await client.ReceiveAsync(new byte[1], stop);
    }
}
