namespace Harness.Mqtt.Tests.Broker;

/// <summary>Reasons of exceeded limits.</summary>
public class QuotaTests
{
    [Test]
    public async Task An_exceeded_quota_gives_QuotaExceeded()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, MaximumSubscriptions = 1, MaximumRetained = 1 });
        var client = await environment.ConnectAsync("c");
        await client.SubscribeAsync("a");
        await client.PublishAsync("a", new byte[1], QualityOfService.AtLeastOnce, retain: true);

        Assert.That(await client.SubscribeAsync("b"), Is.EqualTo(ReasonCode.QuotaExceeded));
        Assert.That(await client.SubscribeAsync("a"), Is.EqualTo(ReasonCode.GrantedQos1));
        Assert.That(await client.PublishAsync("b", new byte[1], QualityOfService.AtLeastOnce, retain: true), Is.EqualTo(ReasonCode.QuotaExceeded));
    }

    [Test]
    public async Task One_connection_more_than_the_maximum_is_refused()
    {
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, MaximumConnections = 1 });
        await environment.ConnectAsync("c");
        using var peer = await environment.RawAsync();
        await peer.SendAsync(new ConnectPacket { ClientId = "d" });

        Assert.That(((ConnAckPacket)await peer.ReceiveAsync()).Reason, Is.EqualTo(ReasonCode.QuotaExceeded));
        await peer.ExpectEndAsync();
    }
}
