using Harness.Mqtt;
using Harness.Mqtt.Tests.Contract;

namespace Harness.Drivers.MqttNet.Tests;

/// <summary>MQTTnet's client at the built-in broker.</summary>
[TestFixture]
[CancelAfter(30_000)]
public sealed class MqttNetClientContract : MqttContract
{
    protected override async Task<IMqttBroker> StartBrokerAsync(MqttBrokerOptions options) => await MqttBroker.StartAsync(options);

    protected override Task<IMqttClient> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken) => MqttNetClient.ConnectAsync(options, cancellationToken);
}

/// <summary>The built-in client at MQTTnet's broker.</summary>
[TestFixture]
[CancelAfter(30_000)]
public sealed class MqttNetBrokerContract : MqttContract
{
    protected override bool MatchesEmptyLevels => false;

    protected override Task<IMqttBroker> StartBrokerAsync(MqttBrokerOptions options) => MqttNetBroker.StartAsync(options, CancellationToken.None);

    protected override async Task<IMqttClient> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken) =>
        await MqttClient.ConnectAsync(options, cancellationToken);
}

/// <summary>MQTTnet's client at MQTTnet's broker.</summary>
[TestFixture]
[CancelAfter(30_000)]
public sealed class MqttNetPairContract : MqttContract
{
    protected override bool MatchesEmptyLevels => false;

    protected override Task<IMqttBroker> StartBrokerAsync(MqttBrokerOptions options) => MqttNetBroker.StartAsync(options, CancellationToken.None);

    protected override Task<IMqttClient> ConnectAsync(MqttClientOptions options, CancellationToken cancellationToken) => MqttNetClient.ConnectAsync(options, cancellationToken);
}
