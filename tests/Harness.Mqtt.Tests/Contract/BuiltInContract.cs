namespace Harness.Mqtt.Tests.Contract;

/// <summary>The built-in client at the built-in broker.</summary>
[TestFixture]
[CancelAfter(30_000)]
public sealed class BuiltInContract : MqttContract
{
    protected override async Task<IMqttBroker> StartBrokerAsync(MqttBrokerOptions options) => await MqttBroker.StartAsync(options);

    protected override async Task<IMqttClient> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken) =>
        await MqttClient.ConnectAsync(options, cancellationToken);
}
