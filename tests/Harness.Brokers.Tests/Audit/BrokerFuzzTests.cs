namespace Harness.Brokers.Tests.Audit;

/// <summary>Fuzzed brokers: those that survive, and one that a malformed packet ends, which the same case ends again.</summary>
[CancelAfter(60_000)]
[Parallelizable(ParallelScope.All)]
public sealed class BrokerFuzzTests
{
    [Test]
    public async Task Our_own_broker_survives(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);

        Assert.That((await RunAsync(broker.Endpoint, new FuzzPlan(1, 0, 150), cancellationToken)).Severity, Is.Null);
    }

    [Test]
    public async Task Mosquitto_survives(CancellationToken cancellationToken)
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");
        await using var broker = await MosquittoDriver.StartAsync(new MqttBrokerOptions(), cancellationToken);

        var check = await RunAsync(broker.Endpoint, new FuzzPlan(2, 0, 100), cancellationToken);

        Assert.That((check.Severity, check.WasTried), Is.EqualTo(((AuditSeverity?)null, true)), check.Evidence);
    }

    [Test]
    public async Task A_broker_that_a_malformed_packet_ends_is_found_and_one_case_alone_ends_it_again(CancellationToken cancellationToken)
    {
        var first = await FragileAsync(new FuzzPlan(3, 0, 200), cancellationToken);
        Assert.That(first.Severity, Is.EqualTo(AuditSeverity.High));
        var index = int.Parse(first.Evidence.Split("case ")[1].Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
        Assert.That(first.Evidence, Does.EndWith($"./harness audit --active --fuzz 1 --fuzz-first {index} --seed 3"));

        var again = await FragileAsync(new FuzzPlan(3, index, 1), cancellationToken);

        Assert.That(again.Severity, Is.EqualTo(AuditSeverity.High));
    }

    [Test]
    public void A_case_is_the_same_bytes_for_the_same_numbers_and_others_for_others()
    {
        var cases = Enumerable.Range(0, 100).Select(i => Convert.ToHexString(BrokerFuzz.Case(7, i, MqttVersion.V5))).ToList();
        Assert.That(cases, Is.EqualTo(Enumerable.Range(0, 100).Select(i => Convert.ToHexString(BrokerFuzz.Case(7, i, MqttVersion.V5)))));
        Assert.That(cases.Distinct().Count(), Is.GreaterThan(90));
    }

    private static async Task<AuditCheck> FragileAsync(FuzzPlan plan, CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);
        await using var tap = await MqttProxy.StartAsync(broker.Endpoint, new Fragile(), cancellationToken);
        return await RunAsync(tap.Endpoint, plan, cancellationToken);
    }

    private static Task<AuditCheck> RunAsync(IPEndPoint broker, FuzzPlan plan, CancellationToken cancellationToken) =>
        BrokerFuzz.RunAsync(new AuditTarget(broker, "127.0.0.1"), plan, broker, "./harness audit", null, null, cancellationToken);

    /// <summary>Ends every connection from the first packet on that does not decode.</summary>
    private sealed class Fragile : IProxyPolicy
    {
        private volatile bool _isDead;

        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken)
        {
            _isDead |= packet is { Direction: PacketDirection.ToBroker, Packet: null };
            return new([_isDead ? ProxyAction.Close : ProxyAction.Forward(packet)]);
        }
    }
}
