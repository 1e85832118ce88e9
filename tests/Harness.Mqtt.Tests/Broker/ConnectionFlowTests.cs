using System.Collections.Concurrent;

namespace Harness.Mqtt.Tests.Broker;

/// <summary>Checks the asynchronous flow that connections run in: by it the back end of cryptography is chosen, and operations are counted.</summary>
[CancelAfter(60_000)]
public sealed class ConnectionFlowTests
{
    /// <summary>Many at once, as one that is accepted while others wait goes another way to its thread.</summary>
    [Test]
    public async Task Every_connection_runs_in_the_flow_that_started_the_broker()
    {
        var (flow, seen) = (new AsyncLocal<string> { Value = "the broker's" }, new ConcurrentBag<string?>());
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions
        {
            AllowAnonymous = true,
            Hooks = new FakeHooks
            {
                MaySubscribe = (_, _) =>
                {
                    seen.Add(flow.Value);
                    return true;
                },
            },
        });
        flow.Value = "another";
        await Task.WhenAll(Enumerable.Range(0, 40).Select(async i => await (await environment.ConnectAsync($"c{i}")).SubscribeAsync("t")));

        Assert.That(seen, Has.Count.EqualTo(40).And.All.EqualTo("the broker's"));
    }
}
