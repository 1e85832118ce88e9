namespace Harness.Mqtt.Tests.Contract;

/// <summary>Contract tests of every broker with the client; one fixture for each broker.</summary>
/// <remarks>NUnit does not inherit <see cref="CancelAfterAttribute"/>: each fixture repeats it.</remarks>
[CancelAfter(30_000)]
public abstract partial class MqttContract
{
    private readonly List<IAsyncDisposable> _parts = [];
    private IMqttBroker _broker = null!;

    /// <summary>False if <c>+</c> inside a filter does not match an empty level, as section 4.7.1.3 requires.</summary>
    protected virtual bool MatchesEmptyLevels => true;

    protected abstract Task<IMqttBroker> StartBrokerAsync(MqttBrokerOptions options);

    [TearDown]
    public async Task EndAll()
    {
        foreach (var part in Enumerable.Reverse(_parts))
        {
            await part.DisposeAsync().AsTask().WaitAsync(Patience);
        }

        _parts.Clear();
    }

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static Task<MqttMessage> NextAsync(MqttClient client) => client.Messages.ReadAsync().AsTask().WaitAsync(Patience);

    private async Task<IMqttBroker> BrokerAsync(MqttBrokerOptions? options = null)
    {
        _broker = await StartBrokerAsync(options ?? new MqttBrokerOptions { AllowAnonymous = true });
        _parts.Add(_broker);
        return _broker;
    }

    private async Task<MqttClient> LoginAsync(string clientId, IEnhancedAuthenticationClient? authentication = null, Func<MqttClientOptions, MqttClientOptions>? with = null)
    {
        var options = new MqttClientOptions { Port = _broker.Endpoint.Port, ClientId = clientId, Authentication = authentication, Timeout = Patience };
        var client = await MqttClient.ConnectAsync(with?.Invoke(options) ?? options).WaitAsync(2 * Patience);
        _parts.Add(client);
        return client;
    }
}
