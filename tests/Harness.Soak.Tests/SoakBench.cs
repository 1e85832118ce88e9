using Harness.Bench;
using Harness.Bench.Rig;
using Harness.Bench.Tests;
using Harness.Bench.Tests.Devices;
using Harness.Hardware.Links;
using Harness.Record;
using Harness.Schemes;

namespace Harness.Soak.Tests;

/// <summary>The two boards of a rig, each behind a cable that can be harmed byte by byte and an adapter whose board can lose its power.</summary>
internal sealed class SoakBench : IAsyncDisposable
{
    private readonly Dictionary<string, RestartingLink> _adapters = [];
    private readonly Dictionary<string, string> _passwords;

    public SoakBench(string rigFile, TimeSpan reply, IRunSink sink, Random random)
    {
        var rig = RigFile.Load(TestEnvironment.Rig(rigFile));
        rig = rig with { Timeouts = rig.Timeouts with { Reply = reply, Boot = TimeSpan.FromSeconds(60), Handshake = TimeSpan.FromSeconds(60) } };
        Bench = new TestBench(rig, new TestBenchOptions { Sink = sink, OpenLink = Open });
        Boards = [Bench.Device("board"), Bench.Device("second board")];
        _passwords = Boards.ToDictionary(b => b.Name, b => $"{b.Name} {random.NextInt64():x16}");
    }

    public TestBench Bench { get; }

    /// <summary>The publisher and the subscriber.</summary>
    public IReadOnlyList<BenchDevice> Boards { get; }

    public IEnumerable<string> Passwords => _passwords.Values;

    /// <summary>The topic of the pair.</summary>
    public string Topic => $"soak/{Bench.Rig.Name}";

    public PartyIdentity IdentityOf(BenchDevice board) => Bench.IdentityOf(board.Name, _passwords[board.Name]);

    public static FaultInjectingLink Cable(BenchDevice board) => board.Line;

    public Task RestartAsync(BenchDevice board, CancellationToken cancellationToken) => _adapters[board.Line.Name].RestartAsync(cancellationToken);

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

    public ValueTask DisposeAsync() => Bench.DisposeAsync();

    private RestartingLink Open(string path, SerialLineSettings settings) =>
        _adapters[path] = new RestartingLink(Bench.Rig.Find("board")!, TestEnvironment.Firmware("leash"), TtyLink.Open(path, settings));
}
