namespace Harness.Mqtt.Tests.Proxy;

/// <summary>The adversary on the wire knows the topic of a message that comes under an alias, and does not unmask itself by what it keeps back.</summary>
[CancelAfter(60_000)]
public sealed class ProxyAliasTests
{
    private static readonly PublishPacket Set = new() { Topic = "a/b", TopicAlias = 1, Payload = "set"u8.ToArray() };
    private static readonly PublishPacket Used = new() { TopicAlias = 1, Payload = "used"u8.ToArray() };

    [Test]
    public async Task Without_a_policy_aliases_pass_as_they_are()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var proxy = await environment.ProxyAsync();
        var (subscriber, publisher) = await PairAsync(environment, proxy);

        await publisher.SendAsync(Set, Used);

        Assert.That((await subscriber.TakeAsync(2)).Select(m => m.Topic), Is.EqualTo(new[] { "a/b", "a/b" }));
        Assert.That(proxy.Capture.Any(c => c.Left), Is.False);
    }

    [Test]
    public async Task A_policy_is_told_the_topic_and_the_receiver_gets_it_where_the_packet_that_set_it_was_dropped()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var seen = new ConcurrentQueue<ProxiedPacket>();
        var proxy = await environment.ProxyAsync(new Dropping(seen));
        var (subscriber, publisher) = await PairAsync(environment, proxy);

        await publisher.SendAsync(Set, Used, Used);
        var taken = await subscriber.TakeAsync(2);

        Assert.That(seen.Select(p => ((PublishPacket)p.Packet!).Topic), Is.EqualTo(new[] { "a/b", "a/b", "a/b" }));
        Assert.That(taken.Select(m => (m.Topic, Encoding.UTF8.GetString(m.Payload.Span))), Is.EqualTo(new[] { ("a/b", "used"), ("a/b", "used") }));
        Assert.That(proxy.Capture.Count(c => c.Left), Is.EqualTo(1), "the first of them left with its topic in full, and is recorded as altered");
    }

    [Test]
    public async Task Bytes_for_another_connection_have_the_topic_in_full()
    {
        await using var environment = await TestEnvironment.StartAsync();
        var seen = new ConcurrentQueue<ProxiedPacket>();
        var proxy = await environment.ProxyAsync(new Dropping(seen));
        var (subscriber, publisher) = await PairAsync(environment, proxy);
        await publisher.SendAsync(Set, Used);
        await subscriber.TakeAsync(1);
        var (other, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "o" });

        await other.SendAsync(seen.Last().Standalone.ToArray());

        Assert.That((await subscriber.TakeAsync(1)).Select(m => (m.Topic, Encoding.UTF8.GetString(m.Payload.Span))), Is.EqualTo(new[] { ("a/b", "used") }));
    }

    private static async Task<(WirePeer Subscriber, WirePeer Publisher)> PairAsync(TestEnvironment environment, MqttProxy proxy)
    {
        var (subscriber, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "s" });
        await subscriber.SubscribeAsync(new TopicSubscription("a/b", QualityOfService.AtMostOnce));
        var (publisher, _) = await WirePeer.OpenAsync(environment, new ConnectPacket { ClientId = "p" }, to: proxy.Endpoint);
        return (subscriber, publisher);
    }

    /// <summary>Drops the first PUBLISH.</summary>
    private sealed class Dropping(ConcurrentQueue<ProxiedPacket> seen) : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            if (packet.Packet is not PublishPacket)
            {
                return new([ProxyAction.Forward(packet)]);
            }

            seen.Enqueue(packet with { Raw = packet.Raw.ToArray() });
            return new(seen.Count == 1 ? [] : [ProxyAction.Forward(packet)]);
        }
    }
}
