namespace Harness.Cli.Tests.Commands;

/// <summary>Checks <c>harness load</c>.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(120_000)]
public sealed class LoadCommandTests : WorkFolderTests
{
    [Test]
    public async Task A_broker_that_runs_is_loaded_at_its_address()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        var ended = await HarnessProcess.RunAsync(
            _work.Path, "load", "--broker", $"127.0.0.1:{broker.Endpoint.Port}", "--only", "latency,idle", "--seconds", "1", "--rate", "100", "--connections", "20",
            "--pid", $"{Environment.ProcessId}", "--json", "--out", "r");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        var figures = JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("figures").EnumerateArray().ToDictionary(f => f.GetProperty("figure").GetString()!);
        Assert.That(figures["QoS 1, 64 bytes at 100/s: p99"].GetProperty("median").GetDouble(), Is.Positive);
        Assert.That(figures["memory of an idle connection, 20"].GetProperty("median").ValueKind, Is.EqualTo(JsonValueKind.Number));
        var scenarios = _work.Record("r").OfType<ScenarioFinished>().ToList();
        Assert.That(scenarios.Select(f => (f.Name, f.Verdict)), Is.EqualTo(new[] { ($"idle connections: 127.0.0.1:{broker.Endpoint.Port}, round 1", Verdict.Pass), ($"latency: 127.0.0.1:{broker.Endpoint.Port}, round 1", Verdict.Pass) }));
        Assert.That(_work.Record("r").OfType<FilesKept>().SelectMany(k => k.Files).Select(f => f.Name), Is.EqualTo(new[] { "load.json" }), "under the record's end");
    }

    [Test]
    public async Task Brokers_are_started_compared_and_ended()
    {
        NeedsProgram.Find("mosquitto", "mosquitto");
        var ended = await HarnessProcess.RunAsync(_work.Path, "load", "--compare", "ours,mosquitto", "--only", "idle,logins", "--seconds", "1", "--rounds", "1", "--connections", "20", "--groups", "p256");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(ended.Stdout, Does.Contain("ours to mosquitto").And.Contain("logins, none").And.Contain("of it exponentiations, AUGPAKE-RFC6628-P256").And.Contain("of it the least of both together, AUGPAKE-RFC6628-P256"));
    }

    /// <summary>Memory that a broker once had for connections is there for the next: a second round would count none.</summary>
    [Test]
    public async Task Idle_connections_are_counted_in_the_first_round_alone_and_a_relay_needs_no_broker()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "load", "--compare", "none", "--only", "idle,latency", "--seconds", "1", "--rounds", "2", "--connections", "20", "--rate", "100", "--out", "r");

        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
        Assert.That(_work.Record("r").OfType<ScenarioFinished>().Select(f => f.Name), Is.EqualTo(new[] { "idle connections: none, round 1", "latency: none, round 1", "latency: none, round 2" }));
    }

    [Test]
    public async Task A_QoS_that_a_broker_does_not_offer_is_told_and_the_rest_is_measured()
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true });
        await using var lowering = await Harness.Mqtt.Proxy.MqttProxy.StartAsync(broker.Endpoint, new Lowering());
        var ended = await HarnessProcess.RunAsync(_work.Path, "load", "--broker", $"127.0.0.1:{lowering.Endpoint.Port}", "--only", "throughput", "--seconds", "1", "--json", "--out", "r");

        Assert.That(ended.ExitCode, Is.EqualTo(4), ended.ToString());
        var figures = JsonDocument.Parse(ended.Stdout).RootElement.GetProperty("figures").EnumerateArray().ToDictionary(f => f.GetProperty("figure").GetString()!);
        Assert.That(figures["QoS 1, 1024 bytes"].GetProperty("median").GetDouble(), Is.Positive, "behind the one that is not offered");
        Assert.That(figures["QoS 2, 64 bytes"].GetProperty("missing").GetString(), Does.Contain("grants QoS 1 where QoS 2 was asked for"));
        Assert.That(_work.Record("r").OfType<ScenarioFinished>().Count(s => s.Verdict == Verdict.Inconclusive), Is.EqualTo(2), "of 64 and of 1024 bytes");
    }

    [TestCase("named by --broker HOST:PORT")]
    [TestCase("named by --broker HOST:PORT", "--broker", "127.0.0.1:1", "--compare", "ours")]
    [TestCase("--pid 999999999 is no process", "--broker", "127.0.0.1:1", "--pid", "999999999")]
    [TestCase("--compare starts its own", "--compare", "ours", "--pid", "1")]
    [TestCase("there is no 'theirs'", "--compare", "ours,theirs")]
    [TestCase("there is no 'speed'", "--compare", "ours", "--only", "speed")]
    [TestCase("--i-own 192.0.2.1:1883", "--broker", "192.0.2.1:1883")]
    public async Task A_wrong_line_is_status_2_and_starts_nothing(string says, params string[] arguments)
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, ["load", .. arguments]);
        Assert.That(ended.ExitCode, Is.EqualTo(2), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain(says));
    }

    [Test]
    public async Task No_broker_at_the_address_is_status_3()
    {
        var ended = await HarnessProcess.RunAsync(_work.Path, "load", "--broker", "127.0.0.1:1", "--only", "idle");
        Assert.That(ended.ExitCode, Is.EqualTo(3), ended.ToString());
        Assert.That(ended.Stderr, Does.Contain("no broker at 127.0.0.1:1"));
    }

    /// <summary>Grants QoS 1 at most, as RabbitMQ does.</summary>
    private sealed class Lowering : Harness.Mqtt.Proxy.IProxyPolicy
    {
        public ValueTask<IReadOnlyList<Harness.Mqtt.Proxy.ProxyAction>> OnPacketAsync(Harness.Mqtt.Proxy.ProxiedPacket packet, CancellationToken cancellationToken) => new([packet.Packet is Harness.Mqtt.Packets.SubAckPacket ack
            ? Harness.Mqtt.Proxy.ProxyAction.Send(packet.Direction, Harness.Mqtt.Codec.MqttCodec.Encode(ack with { Reasons = [.. ack.Reasons.Select(r => r == ReasonCode.GrantedQos2 ? ReasonCode.GrantedQos1 : r)] }, packet.Version))
            : Harness.Mqtt.Proxy.ProxyAction.Forward(packet)]);
    }
}
