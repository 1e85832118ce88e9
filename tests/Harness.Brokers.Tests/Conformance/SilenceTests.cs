namespace Harness.Brokers.Tests.Conformance;

/// <summary>Silence is no conformity: of a broker that froze, ended a connection or restarted, nothing is decided that it would have had to leave undone.</summary>
[CancelAfter(120_000)]
[Parallelizable(ParallelScope.All)]
public sealed class SilenceTests
{
    private static readonly string[] Negative =
    [
        "3.1.1 MQTT-3.14.4-3", "5.0 MQTT-3.14.4-3", "5.0 MQTT-3.3.1-11", "3.1.1 MQTT-3.3.1-11", "5.0 MQTT-3.3.1-7", "5.0 MQTT-3.3.2-7", "5.0 MQTT-3.1.3-9", "5.0 MQTT-3.1.2-24",
        "3.1.1 MQTT-3.10.4-2", "5.0 MQTT-3.10.4-2",
    ];

    [Test]
    public async Task A_broker_that_delivers_nothing_at_all_leaves_undecided_what_it_must_not_deliver()
    {
        var outcomes = await RunAsync(new Tap((packet, _) => packet.Packet is PublishPacket && packet.Direction == PacketDirection.ToClient ? [] : null), Negative);

        Assert.That(outcomes.Where(o => o.Finding.Verdict != ConformanceVerdict.NotDecided).Select(Words), Is.Empty);
        Assert.That(outcomes.Where(o => o.Finding.BrokerIsGone).Select(Words), Is.Empty);
    }

    [Test]
    public async Task A_connection_that_does_not_answer_after_a_silence_leaves_it_undecided()
    {
        var outcomes = await RunAsync(
            new Tap((packet, _) => packet.Packet is PingRespPacket ? [] : null), "3.1.1 MQTT-3.1.2-6", "5.0 MQTT-3.1.2-4", "5.0 MQTT-3.3.4-9", "5.0 MQTT-4.8.2-3", "5.0 MQTT-4.3.3-10", "5.0 MQTT-3.3.1-5");

        Assert.That(outcomes.Where(o => o.Finding.Verdict != ConformanceVerdict.NotDecided).Select(Words), Is.Empty);
        Assert.That(outcomes.Where(o => o.Finding.BrokerIsGone).Select(Words), Is.Empty, "it answers UNSUBSCRIBE");
    }

    [TestCase("", "the connection ended")]
    [TestCase("0000", "no packet")]
    public async Task An_end_and_bytes_that_are_no_packet_are_no_silence(string after, string says)
    {
        var outcomes = await RunAsync(
            new Tap((packet, _) => packet.Packet is SubAckPacket
                ? [ProxyAction.Forward(packet), after.Length == 0 ? ProxyAction.Close : ProxyAction.Send(PacketDirection.ToClient, Convert.FromHexString(after))]
                : null),
            "5.0 MQTT-3.3.1-11");

        Assert.That(outcomes.Select(o => o.Finding.Verdict), Is.All.EqualTo(ConformanceVerdict.NotDecided), outcomes[0].Finding.Seen);
        Assert.That(outcomes[0].Finding.Seen, Does.Contain(says));
    }

    [Test]
    public async Task A_broker_that_froze_and_whose_listener_still_takes_connections_is_gone()
    {
        var frozen = false;
        var outcomes = await RunAsync(
            new Tap((packet, _) =>
            {
                // A first packet that is no CONNECT is not served: what comes next would be a verdict.
                frozen |= packet is { Packet: PingReqPacket, Version: MqttVersion.V311, Direction: PacketDirection.ToBroker };
                return frozen ? [] : null;
            }),
            "3.1.1 MQTT-3.12.4-1");

        Assert.That(outcomes.Select(o => (o.Finding.Verdict, o.Finding.BrokerIsGone)), Is.All.EqualTo((ConformanceVerdict.NotDecided, true)));
        Assert.That(outcomes[0].Finding.Seen, Does.Contain("answers nothing any more"));
    }

    [Test]
    public async Task A_broker_that_crashed_and_is_back_at_once_neither_conforms_nor_violates()
    {
        var outcomes = await RunAsync(
            new Tap((packet, proxy) =>
            {
                if (packet.Packet is ConnectPacket { KeepAliveSeconds: 1 })
                {
                    proxy.Cut(); // every connection, and new ones are served
                }

                return null;
            }),
            "3.1.1 MQTT-3.1.2-24", "3.1.1 MQTT-3.12.4-1");

        var cut = outcomes.Single(o => o.Statement.Number == "MQTT-3.1.2-24");
        Assert.That((cut.Finding.Verdict, cut.Finding.BrokerIsGone), Is.EqualTo((ConformanceVerdict.NotDecided, true)), cut.Finding.Seen);
        Assert.That(cut.Finding.Seen, Does.Contain("begins anew"));
    }

    [Test]
    public async Task A_statement_after_a_restart_is_judged_again()
    {
        var cuts = 0;
        var outcomes = await RunAsync(
            new Tap((packet, proxy) =>
            {
                if (packet.Packet is ConnectPacket { KeepAliveSeconds: 1 } && Interlocked.Increment(ref cuts) == 1)
                {
                    proxy.Cut();
                }

                return null;
            }),
            1, "3.1.1 MQTT-3.1.2-24", "5.0 MQTT-3.1.2-22");

        Assert.That(outcomes.Select(o => o.Finding.Verdict), Is.EqualTo(new[] { ConformanceVerdict.NotDecided, ConformanceVerdict.Conforms }), string.Join("; ", outcomes.Select(Words)));
    }

    private static Task<IReadOnlyList<ConformanceOutcome>> RunAsync(Tap tap, params string[] statements) => RunAsync(tap, 8, statements);

    private static async Task<IReadOnlyList<ConformanceOutcome>> RunAsync(Tap tap, int atOnce, params string[] statements)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        await using var proxy = await MqttProxy.StartAsync(broker.Endpoint);
        (tap.Proxy, proxy.Policy) = (proxy, tap);
        var asked = BrokerStatement.All.Where(s => statements.Contains($"{s.VersionName} {s.Number}")).ToList();
        Assert.That(asked, Has.Count.EqualTo(statements.Length));
        return await ConformanceRun.RunAsync(
            new BrokerUnderTest(proxy.Endpoint) { AnswerWithin = TimeSpan.FromSeconds(2), StatementWithin = TimeSpan.FromSeconds(60) }, asked, atOnce, null, CancellationToken.None);
    }

    private static string Words(ConformanceOutcome outcome) => $"{outcome.Statement.VersionName} {outcome.Statement.Number} {outcome.Finding}";

    /// <summary>Does with a packet as it is told; null passes it on.</summary>
    private sealed class Tap(Func<ProxiedPacket, MqttProxy, IReadOnlyList<ProxyAction>?> act) : IProxyPolicy
    {
        public MqttProxy Proxy { get; set; } = null!;

        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken) => new(act(packet, Proxy) ?? [ProxyAction.Forward(packet)]);
    }
}
