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

    [TestCase("named by --broker HOST:PORT")]
    [TestCase("named by --broker HOST:PORT", "--broker", "127.0.0.1:1", "--compare", "ours")]
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
}
