using Harness.Bench.Tests.Devices;
using Harness.Hardware;

namespace Harness.Soak.Tests;

/// <summary>
/// The two boards of a rig, each behind a cable that can be harmed byte by byte and an adapter whose board can lose its power, or that can be pulled
/// (<see cref="PluggedRig"/>), and a sensor that can fail.
/// </summary>
internal sealed class SoakBench : IAsyncDisposable
{
    private readonly PluggedRig? _plugged;
    private readonly Dictionary<string, RestartingLink> _adapters = [];
    private readonly Dictionary<string, string> _passwords;

    public SoakBench(string rigFile, TimeSpan reply, IRunSink sink, Random random, PluggedRig? plugged = null)
    {
        _plugged = plugged;
        var rig = RigFile.Load(rigFile);
        rig = rig with { Timeouts = rig.Timeouts with { Reply = reply, Boot = TimeSpan.FromSeconds(60), Handshake = TimeSpan.FromSeconds(60) } };
        Bench = new TestBench(rig, new TestBenchOptions { Sink = sink, OpenLink = Open });
        Sensor = SoakSensor.Of(Bench);
        Boards = [Bench.Device("board"), Bench.Device("second board")];
        _passwords = Boards.ToDictionary(b => b.Name, b => $"{b.Name} {random.NextInt64():x16}");
    }

    public TestBench Bench { get; }

    /// <summary>The publisher and the subscriber.</summary>
    public IReadOnlyList<BenchDevice> Boards { get; }

    /// <summary>The sensor, which can be made to fail.</summary>
    public SoakSensor Sensor { get; }

    /// <summary>True where the boards stand behind adapters that can be pulled.</summary>
    public bool CanBePulled => _plugged is not null;

    public IEnumerable<string> Passwords => _passwords.Values;

    /// <summary>The topic of the pair.</summary>
    public string Topic => $"soak/{Bench.Rig.Name}";

    public PartyIdentity IdentityOf(BenchDevice board) => Bench.IdentityOf(board.Name, _passwords[board.Name]);

    public static FaultInjectingLink Cable(BenchDevice board) => board.Line;

    public Task RestartAsync(BenchDevice board, CancellationToken cancellationToken) => _adapters[board.Line.Name].RestartAsync(cancellationToken);

    /// <summary>Pulls a board's adapter; with another node it is there again at once.</summary>
    public Task PullAsync(BenchDevice board, bool renumbered) => renumbered ? _plugged![board.Name].PlugInAsync() : _plugged![board.Name].PullAsync();

    /// <summary>Mends what stays broken after a round.</summary>
    public async Task MendAsync()
    {
        await Sensor.SetAsync(ChipFault.None);
        await (_plugged?.PlugInAsync() ?? Task.CompletedTask);
    }

    /// <summary>Brings every board up, so that what two counts of descriptors and processes count is the same.</summary>
    public async Task AllUpAsync(CancellationToken cancellationToken)
    {
        // The beginning lets go of a frozen board; what is seen afterwards belongs to no round.
        Bench.BeginScenario("at rest", null);
        Bench.EndScenario();
        foreach (var board in Boards)
        {
            await Bench.GetPartyAsync(board.Name, cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
        await (_plugged?.DisposeAsync() ?? default);
    }

    private ILink Open(string path, SerialLineSettings settings) => CanBePulled
        ? TtyLink.Open(path, settings)
        : _adapters[path] = new RestartingLink(Bench.Rig.Find("board")!, TestEnvironment.Firmware("leash"), TtyLink.Open(path, settings));
}
