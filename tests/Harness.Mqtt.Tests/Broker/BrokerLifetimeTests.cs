namespace Harness.Mqtt.Tests.Broker;

/// <summary>Start and end of the broker, and of connections that it ends.</summary>
public class BrokerLifetimeTests
{
    [Test]
    public async Task A_client_without_a_name_is_given_one()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var client = await environment.ConnectAsync("");

        Assert.That(client.AssignedClientId, Is.Not.Null.And.Not.Empty);
        Assert.That(environment.Broker.ConnectedClients, Is.EqualTo(new[] { client.AssignedClientId }));
    }

    [Test]
    public async Task A_broker_that_stops_in_a_handshake_is_not_connected_at_once()
    {
        var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { Authenticator = new FakeAuthenticator() });
        var stopped = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        var connecting = environment.ConnectAsync("c", with: o => o with
        {
            Timeout = TimeSpan.FromHours(1),
            Authentication = new FakeAuthenticationClient
            {
                Continue = async (_, _) =>
                {
                    reached.SetResult();
                    await stopped.Task;
                    return [3];
                },
            },
        });
        await reached.Task.WaitAsync(TestEnvironment.Timeout);
        await environment.DisposeAsync();
        stopped.SetResult();

        Assert.That(async () => await connecting.WaitAsync(TestEnvironment.Timeout), Throws.TypeOf<MqttNotConnectedException>());
    }

    [Test]
    public async Task A_client_can_be_disconnected_by_name()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var client = await environment.ConnectAsync("c");

        Assert.That(await environment.Broker.DisconnectClientAsync("c", ReasonCode.AdministrativeAction), Is.True);
        Assert.That(await environment.Broker.DisconnectClientAsync("nobody", ReasonCode.AdministrativeAction), Is.False);
        Assert.That(await client.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.AdministrativeAction));
    }

    [Test]
    public async Task A_stopping_broker_disconnects_with_ServerShuttingDown()
    {
        var environment = await TestEnvironment.StartAsync();
        var client = await environment.ConnectAsync("c");
        await environment.Broker.DisposeAsync();

        Assert.That(await client.Closed.WaitAsync(TestEnvironment.Timeout), Is.EqualTo(ReasonCode.ServerShuttingDown));
        await environment.DisposeAsync();
    }

    [Test]
    public async Task A_busy_port_is_an_error_that_names_it()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var port = environment.Broker.Endpoint.Port;

        Assert.That(
            async () => await MqttBroker.StartAsync(new MqttBrokerOptions { Port = port }),
            Throws.TypeOf<MqttNotConnectedException>().With.Message.Contains($"127.0.0.1:{port}"));
    }
}
