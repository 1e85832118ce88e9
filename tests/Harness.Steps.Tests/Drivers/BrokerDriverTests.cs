using Harness.Mqtt;
using Harness.Mqtt.Broker;
using Harness.Mqtt.Client;

namespace Harness.Steps.Tests.Drivers;

/// <summary>Messages that the broker of a scenario lost: the verdict, and the record.</summary>
[CancelAfter(60_000)]
public sealed class BrokerDriverTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Messages_that_the_broker_dropped_break_the_rig_and_are_recorded_by_client_and_number(bool restarted)
    {
        await using var run = new TestRun();
        using var scope = run.Environment.BeginScenario("a.feature:1", TimeSpan.FromMinutes(1));
        var broker = new BrokerDriver(run.Environment, scope);
        await broker.StartAsync(configure: options => options with
        {
            AllowAnonymous = true, StartBroker = async (mqtt, stop) => await MqttBroker.StartAsync(mqtt with { MaximumRetained = 1 }, stop),
        });
        await using (var publisher = await MqttClient.ConnectAsync(
            new MqttClientOptions { Port = broker.Broker.Endpoint.Port, ClientId = "evil\u202e" }, scope.Cancellation))
        {
            for (var i = 0; i < 6; i++)
            {
                await publisher.PublishAsync($"r/{i}", new byte[1], QualityOfService.AtLeastOnce, retain: true, cancellationToken: scope.Cancellation);
            }
        }

        if (restarted)
        {
            await broker.StopAsync();
            await broker.RestartAsync();
        }

        var thrown = Assert.ThrowsAsync<RigErrorException>(scope.EndOwnedAsync)!;
        Assert.That(thrown.Seen, Is.EqualTo("it dropped 5 messages of \"evil\\u{202e}\", as no more can be retained"));
        var faults = run.Events.OfType<FaultSeen>().ToList();
        Assert.That(faults, Is.All.Matches<FaultSeen>(f => f is { Scenario: "a.feature:1", Device: "evil\\u{202e}", Fault: "retained full" }));
        Assert.That(faults.Select(f => f.Detail), Is.EqualTo(new[]
        {
            "the broker: dropped 1 message of \"evil\\u{202e}\", as no more can be retained",
            "the broker: dropped 1 message of \"evil\\u{202e}\", as no more can be retained, 2 so far",
            "the broker: dropped 1 message of \"evil\\u{202e}\", as no more can be retained, 4 so far",
            "the broker: in all, dropped 5 messages of \"evil\\u{202e}\", as no more can be retained",
        }));
    }
}
