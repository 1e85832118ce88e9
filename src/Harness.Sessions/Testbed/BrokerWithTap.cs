namespace Harness.Sessions.Testbed;

/// <summary>A plain MQTT broker with a tap in front of it: no accounts and no scheme but what its options bring.</summary>
public sealed class BrokerWithTap : IAsyncDisposable
{
    private BrokerWithTap(IMqttBroker broker, MqttProxy proxy) => (Broker, Proxy) = (broker, proxy);

    /// <summary>The broker.</summary>
    public IMqttBroker Broker { get; }

    /// <summary>The tap.</summary>
    public MqttProxy Proxy { get; }

    /// <summary>Starts both on ephemeral loopback ports.</summary>
    public static async Task<BrokerWithTap> StartAsync(MqttBrokerOptions options, IProxyPolicy policy, CancellationToken cancellationToken)
    {
        var broker = await MqttBroker.StartAsync(options, cancellationToken).ConfigureAwait(false);
        try
        {
            return new BrokerWithTap(broker, await MqttProxy.StartAsync(broker.Endpoint, policy, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Proxy.DisposeAsync().ConfigureAwait(false);
        await Broker.DisposeAsync().ConfigureAwait(false);
    }
}
