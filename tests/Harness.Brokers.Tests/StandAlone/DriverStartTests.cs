namespace Harness.Brokers.Tests.StandAlone;

/// <summary>Users and passwords that a broker's own settings would read as something else.</summary>
public sealed class DriverStartTests
{
    [TestCase("tester", "quite#secret", "password")]
    [TestCase("tester", "quite secret", "password")]
    [TestCase("tester", "quite\nsecret", "password")]
    [TestCase("te#ster", "quite-secret", "user")]
    public void They_are_refused_and_the_password_is_not_shown(string user, string password, string what) =>
        Assert.That(
            () => DriverStart.RefuseWords("rabbitmq", new BrokerLogin(user, Encoding.UTF8.GetBytes(password)), "#"),
            Throws.TypeOf<MqttNotConnectedException>().With.Message.StartsWith($"the {what} of").And.Message.Not.Contains("secret"));

    [Test]
    public void Others_and_none_are_taken()
    {
        DriverStart.RefuseWords("rabbitmq", null, "#");
        Assert.That(() => DriverStart.RefuseWords("rabbitmq", new BrokerLogin("tester", "quite-secret$%"u8.ToArray()), "#"), Throws.Nothing);
    }
}
