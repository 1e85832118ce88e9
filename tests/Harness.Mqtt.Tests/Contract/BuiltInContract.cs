namespace Harness.Mqtt.Tests.Contract;

/// <summary>Runs the contract tests on the built-in broker.</summary>
[TestFixture]
[CancelAfter(30_000)]
public sealed class BuiltInContract : MqttContract
{
    protected override async Task<IMqttBroker> StartBrokerAsync(MqttBrokerOptions options) => await MqttBroker.StartAsync(options);
}
