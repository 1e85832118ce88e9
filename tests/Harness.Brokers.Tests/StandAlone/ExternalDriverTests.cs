namespace Harness.Brokers.Tests.StandAlone;

/// <summary>A broker that stands elsewhere: it is used as it is, and outlives the run.</summary>
[CancelAfter(60_000)]
public sealed class ExternalDriverTests
{
    [Test]
    public async Task Devices_talk_at_it_and_it_stays(CancellationToken cancellationToken)
    {
        await using var elsewhere = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);

        await using (var testbed = Talk.Testbed(At(elsewhere.Endpoint.Port)))
        {
            await testbed.StartAsync(cancellationToken);
            await testbed.LogInAsync(cancellationToken);
            await Talk.ExchangeAsync(testbed, "21.5 C", cancellationToken);
        }

        await using var later = await MqttClient.ConnectAsync(new MqttClientOptions { Port = elsewhere.Endpoint.Port, ClientId = "later" }, cancellationToken);
        Assert.That(elsewhere.ConnectedClients, Does.Contain("later"));
    }

    [Test]
    public void A_broker_that_is_not_there_is_told(CancellationToken cancellationToken) =>
        Assert.That(async () => await At(1)(new MqttBrokerOptions(), cancellationToken), Throws.TypeOf<MqttNotConnectedException>());

    [Test]
    public async Task Its_user_and_password_are_used(CancellationToken cancellationToken)
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");
        var login = new BrokerLogin("tester", "quite-secret"u8.ToArray());
        await using var elsewhere = await MosquittoDriver.StartAsync(new MqttBrokerOptions { Setup = new BrokerSetup { Rights = BrokerRights.Password, Login = login } }, cancellationToken);
        await using var testbed = Talk.Testbed(At(elsewhere.Endpoint.Port, login));

        await testbed.StartAsync(cancellationToken);
        await testbed.LogInAsync(cancellationToken);
        await Talk.ExchangeAsync(testbed, "21.5 C", cancellationToken);

        Assert.That(async () => await At(elsewhere.Endpoint.Port)(new MqttBrokerOptions(), cancellationToken), Throws.TypeOf<MqttRefusedException>());
    }

    private static StartMqttBroker At(int port, BrokerLogin? login = null) =>
        (options, token) => ExternalDriver.StartAsync(options with { Port = port, Setup = new BrokerSetup { Host = "localhost", Login = login } }, token);
}
