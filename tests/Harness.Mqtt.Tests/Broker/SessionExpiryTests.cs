namespace Harness.Mqtt.Tests.Broker;

/// <summary>Session Expiry Interval and Will Delay Interval (MQTT 5 sections 3.1.2.11.2 and 3.1.3.2.2).</summary>
public class SessionExpiryTests
{
    [Test]
    public async Task A_session_ends_at_its_expiry_and_its_delayed_will_with_it()
    {
        var (time, hooks) = (new FakeTimeProvider(), new FakeHooks());
        await using var environment = await TestEnvironment.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, TimeProvider = time, Hooks = hooks });
        var watcher = await environment.ConnectAsync("w", with: o => o with { KeepAliveSeconds = 0 });
        await watcher.SubscribeAsync("will");
        var connect = new ConnectPacket
        {
            ClientId = "c", CleanStart = false, SessionExpiryInterval = 60, Will = new MqttWill("will", new byte[] { 1 }, QualityOfService.AtMostOnce, false) { DelayInterval = 30 },
        };
        async Task<bool> VisitAsync()
        {
            using var peer = await environment.RawAsync();
            await peer.SendAsync(connect);
            var present = ((ConnAckPacket)await peer.ReceiveAsync()).SessionPresent;
            peer.HalfClose();
            await peer.ExpectEndAsync();
            await hooks.WaitForAsync("-c");
            return present;
        }

        Assert.That(await VisitAsync(), Is.False);
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(await VisitAsync(), Is.True); // back in time: no will
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.That(watcher.Messages.TryRead(out _), Is.False);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That((await TestEnvironment.NextAsync(watcher)).Topic, Is.EqualTo("will"));
        time.Advance(TimeSpan.FromSeconds(31));
        Assert.That(await VisitAsync(), Is.False); // expired
    }
}
