namespace Harness.Mqtt.Tests.Support;

/// <summary>A broker and its clients, disposed together.</summary>
internal sealed class TestEnvironment : IAsyncDisposable
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);
    private readonly List<IAsyncDisposable> _parts = [];
    private readonly List<IDisposable> _raw = [];

    private TestEnvironment(MqttBroker broker) => Broker = broker;

    public MqttBroker Broker { get; }

    public static async Task<TestEnvironment> StartAsync(MqttBrokerOptions? options = null)
        => new(await MqttBroker.StartAsync(options ?? new MqttBrokerOptions { AllowAnonymous = true }));

    public async Task<MqttClient> ConnectAsync(string clientId, MqttVersion version = MqttVersion.V5, Func<MqttClientOptions, MqttClientOptions>? with = null)
    {
        var options = new MqttClientOptions { Port = Broker.Endpoint.Port, ClientId = clientId, Version = version };
        var client = await MqttClient.ConnectAsync(with?.Invoke(options) ?? options);
        _parts.Add(client);
        return client;
    }

    public async Task<RawPeer> RawAsync()
    {
        var peer = await RawPeer.ConnectAsync(Broker.Endpoint);
        _raw.Add(peer);
        return peer;
    }

    /// <summary>Registers a peer for disposal with the rest.</summary>
    public T Own<T>(T peer)
        where T : IDisposable
    {
        _raw.Add(peer);
        return peer;
    }

    public async Task<MqttProxy> ProxyAsync(IProxyPolicy? policy = null)
    {
        var proxy = await MqttProxy.StartAsync(Broker.Endpoint, policy);
        _parts.Add(proxy);
        return proxy;
    }

    public static async Task<MqttMessage> NextAsync(MqttClient client) => await client.Messages.ReadAsync().AsTask().WaitAsync(Timeout);

    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts)
        {
            await part.DisposeAsync();
        }

        _raw.ForEach(r => r.Dispose());
        await Broker.DisposeAsync();
    }
}
