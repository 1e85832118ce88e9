using System.Collections.Concurrent;

namespace Harness.Brokers.Tests.Conformance;

/// <summary>A broker keeps nothing of a run: no session, no retained message, also where a statement broke off or the run was stopped.</summary>
[CancelAfter(120_000)]
[Parallelizable(ParallelScope.All)]
public sealed class ResidueTests
{
    private static readonly Func<ProxiedPacket, bool> Passes = _ => true;

    [Test]
    public async Task A_run_leaves_neither_sessions_nor_retained_messages(CancellationToken cancellationToken)
    {
        await using var stand = await Stand.OpenAsync(Passes);

        await stand.RunAsync(s => s.Number.StartsWith("MQTT-3.1.2", StringComparison.Ordinal) || s.Number.StartsWith("MQTT-3.2.2", StringComparison.Ordinal) || s.Number.StartsWith("MQTT-3.3.1", StringComparison.Ordinal), cancellationToken);

        Assert.That(stand.Kept, Has.Count.GreaterThan(10));
        await stand.IsCleanAsync(cancellationToken);
    }

    [Test]
    public async Task A_statement_that_breaks_off_leaves_neither(CancellationToken cancellationToken)
    {
        await using var stand = await Stand.OpenAsync(p => p.Packet is not PubAckPacket || p.Direction == PacketDirection.ToBroker); // which each of them waits for

        var outcomes = await stand.RunAsync(s => s.Number is "MQTT-3.1.2-5" or "MQTT-3.3.1-5" or "MQTT-4.4.0-1", cancellationToken);

        Assert.That(outcomes.Select(o => o.Finding.Verdict), Is.All.Not.EqualTo(ConformanceVerdict.Conforms));
        await stand.IsCleanAsync(cancellationToken);
    }

    [TestCase("a retained message is stored")]
    [TestCase("a session is kept")]
    public async Task A_run_that_is_stopped_leaves_neither(string once, CancellationToken cancellationToken)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var stand = await Stand.OpenAsync(p =>
        {
            if (once == "a session is kept" ? p.Packet is SubAckPacket : p.Packet is PubAckPacket && p.Direction == PacketDirection.ToClient)
            {
                stopping.Cancel();
            }

            return true;
        });

        Assert.That(
            async () => await stand.RunAsync(s => s.Number == (once == "a session is kept" ? "MQTT-3.1.2-5" : "MQTT-3.3.1-5"), stopping.Token), Throws.InstanceOf<OperationCanceledException>());

        await stand.IsCleanAsync(cancellationToken);
    }

    [Test]
    public async Task A_retained_will_that_comes_after_the_verdict_is_removed_too(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);
        await using var proxy = await MqttProxy.StartAsync(broker.Endpoint, new LateWills(), cancellationToken);
        using var look = new Conversation(new BrokerUnderTest(broker.Endpoint), MqttVersion.V5, "look", cancellationToken);
        var watcher = await look.SubscriberAsync("conformance/#");

        var outcomes = await ConformanceRun.RunAsync(
            new BrokerUnderTest(proxy.Endpoint) { AnswerWithin = TimeSpan.FromSeconds(2) }, [.. BrokerStatement.All.Where(s => s is { Version: MqttVersion.V5, Number: "MQTT-3.1.2-15" })], 1, null, cancellationToken);

        Assert.That(outcomes.Single().Finding.Verdict, Is.EqualTo(ConformanceVerdict.Violates), "it came too late");
        Assert.That((await watcher.MessageAsync(TimeSpan.FromSeconds(20)))?.Payload.ToArray(), Is.EqualTo("will"u8.ToArray()));
        Assert.That(await (await look.SubscriberAsync("conformance/#")).NothingAsync(), Is.Null);
    }

    private sealed class LateWills : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken) => new([packet.Packet is ConnectPacket { Will: { } will } connect
            ? ProxyAction.Send(packet.Direction, connect with { SessionExpiryInterval = 60, Will = will with { DelayInterval = 4 } }, packet.Version)
            : ProxyAction.Forward(packet)]);
    }

    /// <summary>Our own broker behind a tap that notes each session that is to be kept.</summary>
    private sealed class Stand(MqttBroker broker) : IProxyPolicy, IAsyncDisposable
    {
        private MqttProxy _proxy = null!;
        private Func<ProxiedPacket, bool> _passes = Passes;

        public ConcurrentDictionary<(MqttVersion Version, string Name), bool> Kept { get; } = [];

        public static async Task<Stand> OpenAsync(Func<ProxiedPacket, bool> passes)
        {
            var stand = new Stand(await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true })) { _passes = passes };
            stand._proxy = await MqttProxy.StartAsync(stand.Broker.Endpoint, stand);
            return stand;
        }

        private MqttBroker Broker { get; } = broker;

        public Task<IReadOnlyList<ConformanceOutcome>> RunAsync(Func<BrokerStatement, bool> chosen, CancellationToken cancellationToken) => ConformanceRun.RunAsync(
            new BrokerUnderTest(_proxy.Endpoint) { AnswerWithin = TimeSpan.FromSeconds(2) }, [.. BrokerStatement.All.Where(chosen)], 8, null, cancellationToken);

        /// <summary>Checks that the broker itself resumes no session and sends no retained message.</summary>
        public async Task IsCleanAsync(CancellationToken cancellationToken)
        {
            var present = new List<string>();
            foreach (var (version, name) in Kept.Keys)
            {
                using var again = new Conversation(new BrokerUnderTest(Broker.Endpoint), version, "look", cancellationToken);
                if ((await again.OpenAsync(new ConnectPacket { ClientId = name, CleanStart = false })).Answer.SessionPresent)
                {
                    present.Add(name);
                }
            }

            using var look = new Conversation(new BrokerUnderTest(Broker.Endpoint), MqttVersion.V5, "look", cancellationToken);
            var retained = await (await look.SubscriberAsync("conformance/#")).NothingAsync();
            Assert.That(present, Is.Empty);
            Assert.That(retained?.Topic, Is.Null);
        }

        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            if (packet.Packet is ConnectPacket { ClientId.Length: > 0 } connect && (packet.Version == MqttVersion.V5 ? connect.SessionExpiryInterval > 0 : !connect.CleanStart))
            {
                Kept[(packet.Version, connect.ClientId)] = true;
            }

            return new(_passes(packet) ? [ProxyAction.Forward(packet)] : []);
        }

        public async ValueTask DisposeAsync()
        {
            await _proxy.DisposeAsync();
            await Broker.DisposeAsync();
        }
    }
}
