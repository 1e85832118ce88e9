namespace Harness.Mqtt.Tests.Support;

/// <summary>A listener in the place of a broker; the test reads and writes plain bytes.</summary>
internal sealed class RawServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public RawServer() => _listener.Start();

    public MqttClientOptions Options => new() { Port = ((IPEndPoint)_listener.LocalEndpoint).Port, ClientId = "c", KeepAliveSeconds = 0 };

    public Task<RawPeer> AcceptAsync() => RawPeer.AcceptAsync(_listener);

    /// <summary>Accepts a client without authentication, and returns it with this end of its connection.</summary>
    public async Task<(MqttClient Client, RawPeer Peer)> LetInAsync(Func<MqttClientOptions, MqttClientOptions>? with = null, ConnAckPacket? accepted = null)
    {
        var options = with?.Invoke(Options) ?? Options;
        var connecting = MqttClient.ConnectAsync(options);
        var peer = await AcceptAsync();
        await peer.ReceiveAsync();
        await peer.SendAsync(accepted ?? new ConnAckPacket(), options.Version);
        return (await connecting, peer);
    }

    public void Dispose() => _listener.Dispose();
}
