namespace Harness.Brokers.Tests.Audit;

/// <summary>Checks that silence on a topic is taken for a right only where somebody is known to see what comes, and that a retained message comes back as it was.</summary>
[CancelAfter(60_000)]
[Parallelizable(ParallelScope.All)]
public sealed class TopicAuditTests
{
    private const string Topic = "plant/valve";

    [Test]
    public async Task Strangers_who_may_publish_and_not_read_are_not_said_to_be_unable_to_publish(CancellationToken cancellationToken)
    {
        var checks = await TryAsync(new Rights(mayPublish: true, mayReceive: false), cancellationToken);

        Assert.That(checks.Values.Select(c => (c.Id, c.IsOpen)), Is.All.Matches<(string, bool IsOpen)>(c => c.IsOpen), string.Join('\n', checks.Values));
    }

    [Test]
    public async Task Strangers_who_may_read_and_not_publish_are_not_said_to_be_unable_to_read(CancellationToken cancellationToken)
    {
        var checks = await TryAsync(new Rights(mayPublish: false, mayReceive: true), cancellationToken);

        Assert.That(checks[$"acl.read {Topic}"].IsOpen, Is.True, checks[$"acl.read {Topic}"].Evidence);
        Assert.That(checks[$"acl.write {Topic}"], Has.Property("Severity").Null.And.Property("Evidence").EqualTo("PUBACK 0x87 came by MQTT 5.0"));
    }

    [Test]
    public async Task A_retained_message_that_strangers_get_is_a_topic_that_they_read(CancellationToken cancellationToken)
    {
        var checks = await TryAsync(new Rights(mayPublish: false, mayReceive: true), cancellationToken, b => b.PublishAsync(Topic, "open"u8.ToArray(), QualityOfService.AtLeastOnce, retain: true, cancellationToken: cancellationToken));

        Assert.That(checks[$"acl.read {Topic}"].Severity, Is.EqualTo(AuditSeverity.High));
        Assert.That((checks[$"acl.will {Topic}"].IsOpen, checks[$"acl.retained {Topic}"].IsOpen), Is.EqualTo((true, true)), "nobody is there to say something after it, and what stands there is not touched");
    }

    [TestCase(QualityOfService.AtMostOnce)]
    [TestCase(QualityOfService.AtLeastOnce)]
    [TestCase(QualityOfService.ExactlyOnce)]
    public async Task A_retained_message_comes_back_with_its_QoS_and_properties(QualityOfService qos, CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);
        var stood = new PublishPacket { Topic = Topic, Payload = "open"u8.ToArray(), Qos = qos, PacketId = qos == QualityOfService.AtMostOnce ? (ushort)0 : (ushort)3, Retain = true, ContentType = "text/plain", UserProperties = [new UserProperty("by", "p")] };
        var target = new BrokerUnderTest(broker.Endpoint);
        using var talk = new Conversation(target, MqttVersion.V5, "test", cancellationToken);
        var publisher = await talk.OpenAsync();
        await publisher.SendAsync(stood, new PubRelPacket { PacketId = qos == QualityOfService.ExactlyOnce ? (ushort)3 : (ushort)4 }, new PingReqPacket());
        while (await publisher.NextAsync() is not PingRespPacket)
        {
            // PUBACK, or PUBREC and PUBCOMP.
        }

        var checks = (await ActiveAudit.RunAsync(new AuditTarget(broker.Endpoint, "127.0.0.1"), new ActiveScope([], [Topic]), broker.Endpoint, cancellationToken)).ToDictionary(c => c.Id);

        Assert.That(checks[$"acl.retained {Topic}"].Evidence, Is.EqualTo("a retained message came back; the one that stood there was put back"));
        var reader = await talk.SubscriberAsync(Topic, QualityOfService.ExactlyOnce);
        var message = (await reader.MessageAsync())!;
        Assert.That((message.Retain, message.Qos, message.ContentType, message.UserProperties.Single()), Is.EqualTo((true, qos, "text/plain", new UserProperty("by", "p"))));
        Assert.That(message.Payload.ToArray(), Is.EqualTo("open"u8.ToArray()));
    }

    [Test]
    public async Task A_retained_message_that_is_too_large_to_be_read_is_not_touched(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, MaximumPacketSize = 4 << 20 }, cancellationToken);
        await broker.PublishAsync(Topic, new byte[2 << 20], QualityOfService.AtLeastOnce, retain: true, cancellationToken: cancellationToken);

        var checks = (await ActiveAudit.RunAsync(new AuditTarget(broker.Endpoint, "127.0.0.1"), new ActiveScope([], [Topic]), broker.Endpoint, cancellationToken)).ToDictionary(c => c.Id);

        Assert.That(checks[$"acl.retained {Topic}"].IsOpen, Is.True, checks[$"acl.retained {Topic}"].Evidence);
        await using var late = await MqttClient.ConnectAsync(new MqttClientOptions { Port = broker.Endpoint.Port, ClientId = "late", MaximumPacketSize = 4 << 20 }, cancellationToken);
        await late.SubscribeAsync(Topic, cancellationToken: cancellationToken);
        Assert.That((await late.Messages.ReadAsync(cancellationToken)).Payload.Length, Is.EqualTo(2 << 20));
    }

    [Test]
    public async Task A_retained_message_that_comes_behind_later_ones_is_not_lost(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);
        await broker.PublishAsync(Topic, "open"u8.ToArray(), QualityOfService.AtLeastOnce, retain: true, cancellationToken: cancellationToken);
        await using var tap = await MqttProxy.StartAsync(broker.Endpoint, new LateRetained(), cancellationToken);

        var checks = (await ActiveAudit.RunAsync(new AuditTarget(tap.Endpoint, "127.0.0.1"), new ActiveScope([], [Topic]), tap.Endpoint, cancellationToken)).ToDictionary(c => c.Id);

        Assert.That(checks[$"acl.retained {Topic}"].Evidence, Does.Contain("was put back"));
        await using var late = await MqttClient.ConnectAsync(new MqttClientOptions { Port = broker.Endpoint.Port, ClientId = "late" }, cancellationToken);
        await late.SubscribeAsync(Topic, cancellationToken: cancellationToken);
        Assert.That((await late.Messages.ReadAsync(cancellationToken)).Payload.ToArray(), Is.EqualTo("open"u8.ToArray()));
    }

    [Test]
    public async Task A_will_that_no_CONNACK_took_is_open(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);
        await using var tap = await MqttProxy.StartAsync(broker.Endpoint, new NoWills(), cancellationToken);

        var checks = (await ActiveAudit.RunAsync(new AuditTarget(tap.Endpoint, "127.0.0.1"), new ActiveScope([], [Topic]), tap.Endpoint, cancellationToken)).ToDictionary(c => c.Id);

        Assert.That((checks[$"acl.will {Topic}"].IsOpen, checks[$"acl.write {Topic}"].Severity), Is.EqualTo((true, AuditSeverity.High)), "what was found before stays");
    }

    private static async Task<Dictionary<string, AuditCheck>> TryAsync(IBrokerHooks hooks, CancellationToken cancellationToken, Func<MqttBroker, Task>? before = null)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true, Hooks = hooks }, cancellationToken);
        await (before?.Invoke(broker) ?? Task.CompletedTask);
        var checks = await ActiveAudit.RunAsync(new AuditTarget(broker.Endpoint, "127.0.0.1"), new ActiveScope([], [Topic]), broker.Endpoint, cancellationToken);
        return checks.Where(c => c.Id.StartsWith("acl.", StringComparison.Ordinal)).ToDictionary(c => c.Id);
    }

    /// <summary>Rights that are looked at for each message, while every subscription is granted, as Mosquitto does with an acl_file.</summary>
    private sealed class Rights(bool mayPublish, bool mayReceive) : IBrokerHooks
    {
        public bool MayPublish(ClientIdentity client, string topic) => mayPublish;

        public bool MayReceive(ClientIdentity client, string topic) => mayReceive;
    }

    /// <summary>Holds a retained message back until another one passed.</summary>
    private sealed class LateRetained : IProxyPolicy
    {
        private readonly System.Collections.Concurrent.ConcurrentDictionary<int, ProxyAction> _held = new();

        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            if (packet is { Direction: PacketDirection.ToClient, Packet: PublishPacket { Retain: true } })
            {
                _held[packet.Connection] = ProxyAction.Send(packet.Direction, packet.Raw.ToArray());
                return new([]);
            }

            return new(packet is { Direction: PacketDirection.ToClient, Packet: PublishPacket } && _held.TryRemove(packet.Connection, out var late)
                ? (ProxyAction[])[ProxyAction.Forward(packet), late] : [ProxyAction.Forward(packet)]);
        }
    }

    /// <summary>Keeps a CONNECT with a will from the broker.</summary>
    private sealed class NoWills : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken) =>
            new(packet.Packet is ConnectPacket { Will: not null } ? [] : (ProxyAction[])[ProxyAction.Forward(packet)]);
    }
}
