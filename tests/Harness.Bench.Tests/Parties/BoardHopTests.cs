using Harness.Schemes.Tests;

namespace Harness.Bench.Tests.Parties;

/// <summary>Runs the hop's contract tests on a board.</summary>
[TestFixture("posix.yaml", SchemeNames.AugMqtt)]
[TestFixture("posix.yaml", SchemeNames.MqttAuth)]
[TestFixture("sim.yaml", SchemeNames.AugMqtt)]
public sealed class BoardHopTests(string rig, string scheme) : HopPartyContract
{
    private readonly BoardOfRig _board = new(rig);

    protected override string Scheme => scheme;

    [OneTimeTearDown]
    public async Task PowerOff() => await _board.DisposeAsync();

    protected override IParty Create() => _board.Get();
}

/// <summary>Runs the tokens' contract tests on a board.</summary>
[TestFixture("posix.yaml")]
[TestFixture("sim.yaml")]
public sealed class BoardTokenTests(string rig) : TokenPartyContract
{
    private readonly BoardOfRig _board = new(rig);

    [OneTimeTearDown]
    public async Task PowerOff() => await _board.DisposeAsync();

    protected override IParty Create() => _board.Get();
}

/// <summary>The board of a rig, booted at its first use, and again after a test broke it.</summary>
internal sealed class BoardOfRig(string rig) : IAsyncDisposable
{
    private readonly Lazy<TestBench> _bench = new(() => new TestBench(RigFile.Load(TestEnvironment.Rig(rig)), new TestBenchOptions()));

    public SerialParty Get() => _bench.Value.GetBoardAsync("board", TestEnvironment.Timeout()).AsTask().GetAwaiter().GetResult();

    public ValueTask DisposeAsync() => _bench.IsValueCreated ? _bench.Value.DisposeAsync() : ValueTask.CompletedTask;
}
