using System.Collections.Concurrent;

namespace Harness.Cli.Tests.Features;

/// <summary>Scenarios that run at once, on boards that are processes of this machine.</summary>
public sealed class ParallelRunTests
{
    // A board that falls silent takes three waits of a second: the scenarios beside it begin and end meanwhile.
    private const string Text = """
        Feature: at once

          Background:
            Given a broker with enhanced authentication

          Scenario: silent
            Given board is enrolled at the broker
            When board falls silent
            And board logs in
            Then the rig is reported broken because board is silent

          Scenario: login of a board
            Given board is enrolled at the broker
            When board logs in
            Then the login succeeds

          Scenario: login of the host
            Given host is enrolled at the broker
            When host logs in
            Then the login succeeds
        """;

    private static readonly string Rig = InProcessRun.QuickRig
        .Replace("board: p1\n  second board: p2", "board: {pool: [p1, p2]}\n  second board: {pool: [p2, p1]}", StringComparison.Ordinal)
        .Replace("handshake: 2 s", "handshake: 20 s", StringComparison.Ordinal); // the board's own waits end the login

    [Test]
    public void Scenarios_with_different_devices_run_at_once_and_each_event_names_its_own()
    {
        var events = Run(3, out var counts);
        Assert.That(events.OfType<ScenarioFinished>().Where(e => e.Verdict != Verdict.Pass).Select(e => $"{e.Name}: {e.Failure}"), Is.Empty);
        Assert.That(counts.Passed, Is.EqualTo(3));
        var silentEnds = events.FindIndex(e => e is ScenarioFinished { Name: "silent" });
        Assert.That(events.Take(silentEnds).OfType<ScenarioFinished>().Select(e => e.Name), Is.EquivalentTo(new[] { "login of a board", "login of the host" }));
        var devices = events.OfType<ScenarioStarted>().ToDictionary(e => e.Name, e => e.Devices);
        Assert.That(devices["silent"]!.Concat(devices["login of a board"]!), Is.EquivalentTo(new[] { "p1", "p2" }));
        Assert.That(devices["login of the host"], Is.Empty);

        var ids = events.OfType<ScenarioStarted>().ToDictionary(e => e.Name, e => e.Id);
        Assert.That(events.OfType<FaultSeen>().Select(e => e.Scenario).Distinct(), Is.EqualTo(new[] { ids["silent"] }));
        Assert.That(
            events.OfType<StepFinished>().Where(e => e.Scenario == ids["silent"]).Select(e => e.Text), Is.EqualTo(new[]
            {
                "a broker with enhanced authentication", "board is enrolled at the broker", "board falls silent", "board logs in",
                "the rig is reported broken because board is silent",
            }));
        Assert.That(events.OfType<DeviceReady>().Select(e => e.Device), Is.Unique.And.SupersetOf(new[] { "host", "p1", "p2" }));
    }

    [Test]
    public void A_record_that_cannot_be_written_ends_the_run_with_its_own_error()
    {
        var full = RecordException.CannotWrite("/run.jsonl", new IOException("full"));
        Assert.That(() => Run(3, out _, onStep: () => throw full), Throws.Exception.SameAs(full));
    }

    [Test]
    public void A_stopped_run_begins_no_further_scenario()
    {
        using var stop = new CancellationTokenSource();
        var events = Run(2, out var counts, onStep: stop.Cancel, stop: stop.Token);
        Assert.That(events.OfType<ScenarioStarted>().Count(), Is.InRange(1, 2));
        Assert.That(counts.Aborted, Is.EqualTo(events.OfType<ScenarioFinished>().Count()));
    }

    [TestCase("port: 0", "port: 18830", 1)]
    [TestCase("port: 0", "port: 0", 3)]
    public void A_fixed_port_of_the_broker_allows_one_scenario_at_a_time(string from, string to, int lanes) => Assert.That(
        Lanes.Default(RigFile.Parse(Rig.Replace(from, to, StringComparison.Ordinal), "rig.yaml"), cores: 2), Is.EqualTo(lanes == 1 ? 1 : 2), "two boards");

    private static List<RunEvent> Run(int lanes, out VerdictCounts counts, Action? onStep = null, CancellationToken stop = default)
    {
        using var work = new WorkFolder();
        var sink = new Sink(onStep);
        var environment = new RunEnvironment(RigFile.Load(work.Write("rig.yaml", Rig)), sink, work["r"], stop);
        try
        {
            counts = new FeatureRunner(environment, sink, TimeSpan.FromSeconds(60), lanes).Run(FeatureCatalog.Load(work.Write("f.feature", Text)));
        }
        finally
        {
            environment.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }

        return [.. sink.Events];
    }

    private sealed class Sink(Action? onStep) : IRunSink
    {
        public ConcurrentQueue<RunEvent> Events { get; } = new();

        public void Write(RunEvent e)
        {
            Events.Enqueue(e);
            if (e is StepFinished)
            {
                onStep?.Invoke();
            }
        }
    }
}
