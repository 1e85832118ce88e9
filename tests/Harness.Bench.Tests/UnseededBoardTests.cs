namespace Harness.Bench.Tests;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class UnseededBoardTests
{
    private int _open;

    private TestBenchOptions CountingOptions => new()
    {
        OpenLink = (path, baud) => new CountedLink(TtyLink.Open(path, baud), count => Interlocked.Add(ref _open, count)),
    };

    [Test]
    public async Task It_gives_its_line_back()
    {
        var rig = RigFile.Load(TestEnvironment.Rig("sim.yaml"));
        await using var bench = new TestBench(rig, CountingOptions);
        await using (await UnseededBoard.BootAsync(rig, bench.Device("board"), CountingOptions, TestEnvironment.Timeout()))
        {
            Assert.That(_open, Is.EqualTo(1));
        }

        Assert.That(_open, Is.Zero);
    }

    [Test]
    public async Task A_board_that_seeds_itself_cannot_be_judged_and_is_given_back()
    {
        var rig = RigFile.Load(TestEnvironment.Rig("posix.yaml"));
        await using var bench = new TestBench(rig, CountingOptions);
        Assert.ThrowsAsync<Harness.Record.InconclusiveException>(() => UnseededBoard.BootAsync(rig, bench.Device("board"), CountingOptions, TestEnvironment.Timeout()));
        Assert.That(_open, Is.Zero);
    }

    [Test]
    public async Task A_line_that_ends_is_a_broken_rig()
    {
        var rig = RigFile.Load(TestEnvironment.Rig("sim.yaml"));
        ILink? line = null;
        var options = new TestBenchOptions { OpenLink = (path, baud) => line = TtyLink.Open(path, baud) };
        await using var bench = new TestBench(rig, options);
        await using var board = await UnseededBoard.BootAsync(rig, bench.Device("board"), options, TestEnvironment.Timeout());
        await line!.DisposeAsync();
        var broken = Assert.CatchAsync<BoardException>(async () => await board.AskAsync("ID", [], TestEnvironment.Timeout()));
        Assert.That(broken!.Item, Does.Contain("m4"));
    }

    private sealed class CountedLink : ILink
    {
        private readonly ILink _inner;
        private readonly Action<int> _count;
        private int _ended;

        public CountedLink(ILink inner, Action<int> count)
        {
            (_inner, _count) = (inner, count);
            count(1);
        }

        public string Name => _inner.Name;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _inner.ReadAsync(buffer, cancellationToken);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _inner.WriteAsync(bytes, cancellationToken);

        public ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _ended, 1) == 0)
            {
                _count(-1);
            }

            return _inner.DisposeAsync();
        }
    }
}
