using System.Text;

namespace Harness.Hardware.Tests.Links;

[TestFixture]
[CancelAfter(10_000)]
public sealed class LinkFaultsTests
{
    private FaultInjectingLink _link = null!;
    private MemoryLink _board = null!;

    [SetUp]
    public void Connect()
    {
        var (host, board) = MemoryLink.CreatePair();
        _link = new FaultInjectingLink(host);
        _board = board;
    }

    [TearDown]
    public async Task Close() => await _link.DisposeAsync();

    [Test]
    public async Task Dropped_bytes_are_lost_and_the_rest_is_not(CancellationToken token)
    {
        _link.Outgoing.Drop(2, after: 1);
        Assert.That(await SendAsync("abcdef", 4, token), Is.EqualTo("adef"));
        Assert.That(await SendAsync("abc", 3, token), Is.EqualTo("abc"), "the fault is over");
    }

    [Test]
    public async Task Duplicated_bytes_come_twice(CancellationToken token)
    {
        _link.Outgoing.Duplicate(3, after: 1);
        Assert.That(await SendAsync("abcdef", 9, token), Is.EqualTo("abcdbcdef"));
    }

    [Test]
    public async Task A_duplicated_run_may_span_writes(CancellationToken token)
    {
        _link.Outgoing.Duplicate(4);
        await _link.WriteAsync("ab"u8.ToArray(), token);
        Assert.That(await SendAsync("cd", 8, token), Is.EqualTo("abcdabcd"));
    }

    [Test]
    public async Task A_flipped_bit_hits_one_byte(CancellationToken token)
    {
        _link.Outgoing.Flip(0x20, after: 2);
        Assert.That(await SendAsync("abcd", 4, token), Is.EqualTo("abCd"));
    }

    [Test]
    public async Task Noise_comes_before_the_byte(CancellationToken token)
    {
        _link.Outgoing.Insert("!!"u8, after: 1);
        Assert.That(await SendAsync("abc", 5, token), Is.EqualTo("a!!bc"));
    }

    [Test]
    public async Task Faults_on_the_way_in_leave_the_way_out_alone(CancellationToken token)
    {
        _link.Incoming.Drop(1);
        Assert.That(await SendAsync("out", 3, token), Is.EqualTo("out"));
        await _board.WriteAsync("xin"u8.ToArray(), token);
        var buffer = new byte[16];
        var count = await _link.ReadAsync(buffer, token);
        Assert.That(Encoding.ASCII.GetString(buffer, 0, count), Is.EqualTo("in"));
    }

    [Test]
    public async Task A_read_whose_every_byte_was_dropped_waits_on(CancellationToken token)
    {
        _link.Incoming.Drop(3);
        await _board.WriteAsync("abc"u8.ToArray(), token);
        var read = _link.ReadAsync(new byte[16], token).AsTask();
        Assert.That(read.IsCompleted, Is.False);
        await _board.WriteAsync("d"u8.ToArray(), token);
        Assert.That(await read, Is.EqualTo(1));
    }

    [Test]
    public async Task A_stalled_line_holds_bytes_back_and_loses_none(CancellationToken token)
    {
        _link.Incoming.Stall();
        await _board.WriteAsync("late"u8.ToArray(), token);
        using (var cancel = CancellationTokenSource.CreateLinkedTokenSource(token))
        {
            var read = _link.ReadAsync(new byte[16], cancel.Token).AsTask();
            Assert.That(read.IsCompleted, Is.False);
            await cancel.CancelAsync();
            Assert.That(async () => await read, Throws.InstanceOf<OperationCanceledException>());
        }

        _link.Incoming.Resume();
        Assert.That(await _link.ReadAsync(new byte[16], token), Is.EqualTo(4));
    }

    [Test]
    public async Task A_stall_during_a_waiting_read_holds_the_answer_until_the_line_flows(CancellationToken token)
    {
        var buffer = new byte[16];
        var read = _link.ReadAsync(buffer, token).AsTask();
        _link.Incoming.Stall();
        await _board.WriteAsync("answer"u8.ToArray(), token);
        Assert.That(read.IsCompleted, Is.False);
        _link.Incoming.Resume();
        Assert.That(await read, Is.EqualTo(6));
        Assert.That(buffer.AsSpan(0, 6).SequenceEqual("answer"u8), Is.True);
    }

    [Test]
    public async Task A_stalled_write_can_be_cancelled_and_sends_nothing(CancellationToken token)
    {
        _link.Outgoing.Stall();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(token);
        var write = _link.WriteAsync("never"u8.ToArray(), cancel.Token).AsTask();
        Assert.That(write.IsCompleted, Is.False);
        await cancel.CancelAsync();
        Assert.That(async () => await write, Throws.InstanceOf<OperationCanceledException>());
        _link.Outgoing.Resume();
        Assert.That(await SendAsync("next", 4, token), Is.EqualTo("next"));
    }

    private async Task<string> SendAsync(string text, int expected, CancellationToken token)
    {
        await _link.WriteAsync(Encoding.ASCII.GetBytes(text), token);
        var seen = new byte[expected];
        var read = 0;
        while (read < expected)
        {
            read += await _board.ReadAsync(seen.AsMemory(read), token);
        }

        using var cancelled = new CancellationTokenSource();
        var more = _board.ReadAsync(new byte[1], cancelled.Token).AsTask();
        Assert.That(more.IsCompleted, Is.False, "more came than expected");
        await cancelled.CancelAsync();
        Assert.That(async () => await more, Throws.InstanceOf<OperationCanceledException>());
        return Encoding.ASCII.GetString(seen);
    }
}
