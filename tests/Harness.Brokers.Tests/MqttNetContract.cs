using Harness.Mqtt.Tests.Contract;

namespace Harness.Brokers.Tests;

/// <summary>Runs the broker contract tests on MQTTnet's server.</summary>
[TestFixture]
[CancelAfter(30_000)]
public sealed class MqttNetContract : MqttContract
{
    protected override bool MatchesEmptyLevels => false;

    protected override Task<IMqttBroker> StartBrokerAsync(MqttBrokerOptions options) => MqttNetBroker.StartAsync(options, CancellationToken.None);
}
