using System.Collections.Concurrent;
using BoDi;
using Harness.Timing.Clocks;

namespace Harness.Steps;

/// <summary>State that the scenarios of a run share: the bench, the sink of events, the folder of the record and the stop signal.</summary>
public sealed class RunEnvironment : IAsyncDisposable
{
    private readonly ObservingSink _sink;
    private readonly ConcurrentDictionary<string, ScenarioScope> _underWay;
    private volatile ScenarioScope? _scenario;

    /// <summary>A run on a rig.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="record">Takes every event.</param>
    /// <param name="folder">The run's folder; transcripts go below it.</param>
    /// <param name="cancellation">Stops the run.</param>
    /// <param name="drivers">The drivers that the rig's words name; null takes the built-in ones alone.</param>
    /// <param name="bench">Waits and reports of the bench; null takes its defaults.</param>
    public RunEnvironment(RigFile rig, IRunSink record, string folder, CancellationToken cancellation, BenchDrivers? drivers = null, TestBenchOptions? bench = null)
    {
        Folder = folder;
        Cancellation = cancellation;
        _underWay = new ConcurrentDictionary<string, ScenarioScope>(StringComparer.Ordinal);
        _sink = new ObservingSink(record, _underWay);
        BenchOptions = (bench ?? new TestBenchOptions()) with { Sink = _sink, Drivers = drivers ?? new BenchDrivers(), LogFolder = Path.Combine(folder, "brokers") };
        Bench = new TestBench(rig, BenchOptions);
    }

    private RunEnvironment(RunEnvironment run, TestBench lent)
    {
        (Folder, Cancellation, _sink, _underWay, BenchOptions, Calibrations, TlsLogins, Cast) =
            (run.Folder, run.Cancellation, run._sink, run._underWay, run.BenchOptions, run.Calibrations, run.TlsLogins, run.Cast);
        Bench = lent;
    }

    /// <summary>The bench; in a scenario beside others, the devices that it has.</summary>
    public TestBench Bench { get; }

    /// <summary>The limit of one exchange with the devices of the scenario, from the rig.</summary>
    public TimeSpan HandshakeTimeout => Bench.Handshake;

    /// <summary>The floors of devices by their names: a rig is calibrated once a run and device, by the first scenario that measures it.</summary>
    public ConcurrentDictionary<string, Calibration> Calibrations { get; } = new();

    /// <summary>Devices that logged in by TLS at a valid certificate: once a run and device is enough for all that they must refuse.</summary>
    public ConcurrentDictionary<string, bool> TlsLogins { get; } = new();

    /// <summary>Options of the bench.</summary>
    public TestBenchOptions BenchOptions { get; }

    /// <summary>Takes events.</summary>
    public IRunSink Sink => _sink;

    /// <summary>The run's folder.</summary>
    public string Folder { get; }

    /// <summary>Devices that play the roles of attacks.</summary>
    public RoleAssignment Cast { get; init; } = new();

    /// <summary>Stops the run.</summary>
    public CancellationToken Cancellation { get; }

    /// <summary>The scenario under way.</summary>
    public ScenarioScope? Scenario => _scenario;

    /// <summary>Begins a scenario; dispose to end it.</summary>
    /// <param name="id"><c>path:line</c>.</param>
    /// <param name="limit">Longest duration.</param>
    public ScenarioScope BeginScenario(string id, TimeSpan limit)
    {
        var transcripts = Path.Combine("transcripts", FileNames.Of(id));
        Bench.BeginScenario(id, Path.Combine(Folder, transcripts));
        _scenario = new ScenarioScope(id, limit, Cancellation, ended: EndTranscripts);
        _underWay[id] = _scenario;
        return _scenario;
    }

    /// <summary>The run as one scenario sees it that runs beside others: everything shared but the bench, which has the devices lent to it.</summary>
    /// <param name="bench">The devices (<see cref="TestBench.Lend"/>); disposed with the result.</param>
    public RunEnvironment With(TestBench bench) => new(this, bench);

    /// <summary>Hands run and scenario to the step classes of the scenario under way.</summary>
    /// <param name="container">The scenario's container, before any step class is made.</param>
    /// <exception cref="InvalidOperationException">No scenario was begun.</exception>
    public void Register(IObjectContainer container)
    {
        ArgumentNullException.ThrowIfNull(container);
        container.RegisterInstanceAs(this);
        container.RegisterInstanceAs(_scenario ?? throw new InvalidOperationException("no scenario was begun: RunEnvironment.BeginScenario"), dispose: false);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Bench.DisposeAsync();

    private IReadOnlyList<string> EndTranscripts()
    {
        if (_scenario is { } ended)
        {
            _underWay.TryRemove(ended.Id, out _);
        }

        _scenario = null;
        return [.. Bench.EndScenario().Select(path => Path.GetRelativePath(Folder, path))];
    }

    // Scenarios ask whether a fault was recorded, so what goes to the record is seen on its way.
    private sealed class ObservingSink(IRunSink record, ConcurrentDictionary<string, ScenarioScope> underWay) : IRunSink
    {
        public void Write(RunEvent e)
        {
            record.Write(e);
            if (e is FaultSeen fault)
            {
                // A fault that names no scenario belongs to the only one there is.
                var scenario = fault.Scenario is { } id ? underWay.GetValueOrDefault(id) : underWay.Count == 1 ? underWay.Values.FirstOrDefault() : null;
                scenario?.Note(fault);
            }
        }
    }
}
