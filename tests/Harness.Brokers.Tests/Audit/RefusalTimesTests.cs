namespace Harness.Brokers.Tests.Audit;

/// <summary>Times of refused logins, by class.</summary>
[CancelAfter(60_000)]
public sealed class RefusalTimesTests
{
    [Test]
    public async Task A_user_that_is_answered_later_shows_in_its_class_alone(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions(), cancellationToken);
        await using var tap = await MqttProxy.StartAsync(broker.Endpoint, new Slow(), cancellationToken);

        var times = await RefusalTimes.MeasureAsync(new AuditTarget(tap.Endpoint, "127.0.0.1") { User = "tester", Password = [] }, tap.Endpoint, 30, cancellationToken);

        Assert.That((times.Unknown.Count, times.Known.Count, times.Control.Count, times.Lost), Is.EqualTo((30, 30, 30, 0)));
        Assert.That(times.Known.Min(), Is.GreaterThan(20e6), "ns");
        Assert.That(times.Unknown.Min(), Is.LessThan(20e6));
    }

    private sealed class Slow : IProxyPolicy
    {
        public async ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            if (packet.Packet is ConnectPacket { UserName: "tester" })
            {
                await Task.Delay(TimeSpan.FromMilliseconds(40), cancellationToken); // a timer's own clock goes by steps of 4 ms or more
            }

            return [ProxyAction.Forward(packet)];
        }
    }
}
