namespace Harness.Mqtt.Tests;

public class ListeningErrorTests
{
    [TestCase(SocketError.AccessDenied, "one from 1024 on")]
    [TestCase(SocketError.AddressNotAvailable, "ip -brief address")]
    [TestCase(SocketError.AddressAlreadyInUse, "ss -ltnp 'sport = :80'")]
    public void An_address_that_cannot_be_listened_on_is_told_with_what_helps(SocketError error, string next)
    {
        var told = MqttNotConnectedException.Listening("the tap", new IPEndPoint(IPAddress.Loopback, 80), new SocketException((int)error));
        Assert.That(told.Message, Does.StartWith("the tap cannot listen on 127.0.0.1:80 (").And.Contain(next));
    }

    [Test]
    public async Task An_address_of_another_machine_is_told_as_such() => await Assert.ThatAsync(
        async () => await MqttBroker.StartAsync(new MqttBrokerOptions { Address = IPAddress.Parse("192.0.2.1"), AllowAnonymous = true }),
        Throws.TypeOf<MqttNotConnectedException>().With.Message.Contains("ip -brief address"));
}
