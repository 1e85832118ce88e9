namespace Harness.Mqtt.Tests.Contract;

/// <summary>Runs the contract tests on the built-in broker, in each way of waiting for its connections.</summary>
[TestFixture(SocketWaiting.Runtime)]
[TestFixture(SocketWaiting.Sleeping)]
[TestFixture(SocketWaiting.Busy)]
[CancelAfter(30_000)]
public sealed class BuiltInContract(SocketWaiting waiting) : MqttContract
{
    protected override async Task<IMqttBroker> StartBrokerAsync(MqttBrokerOptions options) => await MqttBroker.StartAsync(options with { Waiting = waiting });
}
