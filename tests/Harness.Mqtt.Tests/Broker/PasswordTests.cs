namespace Harness.Mqtt.Tests.Broker;

/// <summary>User names and passwords (MQTT 5 sections 3.1.3.5 and 3.1.3.6) where the broker judges them.</summary>
public sealed class PasswordTests
{
    [TestCase(MqttVersion.V5)]
    [TestCase(MqttVersion.V311)]
    public async Task A_CONNECT_with_a_password_is_judged_once_and_refused_with_the_reason(MqttVersion version)
    {
        var judged = new List<(string ClientId, string? User, string Password)>();
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions
        {
            Passwords = login =>
            {
                judged.Add((login.ClientId, login.UserName, Encoding.UTF8.GetString(login.Password.Span)));
                return login.UserName == "m4" ? ReasonCode.Success : ReasonCode.BadUserNameOrPassword;
            },
        });
        await using (await ConnectAsync(broker, "one", "m4", version))
        {
            Assert.That(broker.ConnectedClients, Is.EqualTo(new[] { "one" }));
        }

        Assert.That(async () => await ConnectAsync(broker, "two", "m5", version), Refused(ReasonCode.BadUserNameOrPassword));
        Assert.That(judged, Is.EqualTo(new[] { ("one", "m4", "secret"), ("two", "m5", "secret") }));
    }

    [Test]
    public async Task A_CONNECT_without_a_ClientId_is_refused_unjudged()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { Passwords = _ => throw new InvalidOperationException("judged") });
        Assert.That(async () => await ConnectAsync(broker, "", "m4", MqttVersion.V5), Refused(ReasonCode.ClientIdentifierNotValid));
    }

    private static NUnit.Framework.Constraints.IResolveConstraint Refused(ReasonCode reason) => Throws.TypeOf<MqttRefusedException>().With.Property("Reason").EqualTo(reason);

    private static Task<MqttClient> ConnectAsync(MqttBroker broker, string client, string user, MqttVersion version) => MqttClient.ConnectAsync(new MqttClientOptions
    {
        Host = broker.Endpoint.Address.ToString(), Port = broker.Endpoint.Port, ClientId = client, UserName = user, Password = "secret"u8.ToArray(), Version = version,
    });
}
