using Harness.Mqtt;
using Harness.Mqtt.Broker;
using Harness.Mqtt.Client;

namespace Harness.Soak.Tests;

/// <summary>A message that the broker of a soak dropped is told after its round, whatever the round's verdict.</summary>
public sealed class SoakLossTests
{
    [Test]
    [CancelAfter(60_000)]
    public async Task A_message_that_the_broker_dropped_is_a_broken_rig_after_its_round(CancellationToken token)
    {
        await using var testbed = new SchemeTestbed(new TestbedOptions
        {
            Configure = options => options with
            {
                AllowAnonymous = true, StartBroker = async (mqtt, stop) => await MqttBroker.StartAsync(mqtt with { MaximumRetained = 1 }, stop),
            },
        });
        await testbed.StartAsync(token);
        await using var publisher = await MqttClient.ConnectAsync(new MqttClientOptions { Port = testbed.Endpoint.Port, ClientId = "stranger" }, token);
        for (var i = 0; i < 3; i++)
        {
            await publisher.PublishAsync($"r/{i}", new byte[1], QualityOfService.AtLeastOnce, retain: true, cancellationToken: token);
            Assert.That(SoakRun.Loss(testbed)?.Verdict, Is.EqualTo(i == 0 ? null : Verdict.RigError), $"message {i}");
        }
    }
}
