namespace Harness.Hardware.Tests.Links;

/// <summary>Contract tests of every link. NUnit does not inherit <see cref="CancelAfterAttribute"/>: each fixture repeats it.</summary>
[CancelAfter(10_000)]
public abstract class LinkContract
{
    private ILink _link = null!;
    private ILink _peer = null!;

    /// <summary>False if a write never has to wait.</summary>
    protected virtual bool WritesCanBlock => true;

    /// <summary>False if closing the peer's end discards the bytes it sent last, as a hang-up does.</summary>
    protected virtual bool KeepsLastBytes => true;

    /// <summary>False if a line without a host accepts written bytes, as a wire does.</summary>
    protected virtual bool RefusesWritesToNobody => true;

    protected abstract Task<(ILink Link, ILink Peer)> ConnectAsync();

    [SetUp]
    public async Task Connect()
    {
        Assert.That(TestContext.CurrentContext.CancellationToken.CanBeCanceled, Is.True, "a fixture without CancelAfter could hang");
        (_link, _peer) = await ConnectAsync();
    }

    [TearDown]
    public async Task Close()
    {
        if (_link is not null)
        {
            await _link.DisposeAsync();
            await _peer.DisposeAsync();
        }
    }

    [Test]
    public async Task Every_byte_value_passes_unchanged_both_ways(CancellationToken token)
    {
        var all = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        await _link.WriteAsync(all, token);
        Assert.That(await ReadExactlyAsync(_peer, 256, token), Is.EqualTo(all));
        await _peer.WriteAsync(all, token);
        Assert.That(await ReadExactlyAsync(_link, 256, token), Is.EqualTo(all));
    }

    [Test]
    public async Task A_read_returns_what_is_there_without_filling_its_buffer(CancellationToken token)
    {
        await _peer.WriteAsync("ok\n"u8.ToArray(), token);
        var buffer = new byte[4096];
        var count = await _link.ReadAsync(buffer, token);
        Assert.That(count, Is.InRange(1, 3));
    }

    [Test]
    public async Task A_short_buffer_loses_nothing(CancellationToken token)
    {
        await _peer.WriteAsync("abcdef"u8.ToArray(), token);
        var seen = new List<byte>();
        var one = new byte[1];
        while (seen.Count < 6)
        {
            Assert.That(await _link.ReadAsync(one, token), Is.EqualTo(1));
            seen.Add(one[0]);
        }

        Assert.That(seen, Is.EqualTo("abcdef"u8.ToArray()));
    }

    [Test]
    public async Task A_read_that_waits_gets_what_is_written_later(CancellationToken token)
    {
        var read = ReadExactlyAsync(_link, 5, token);
        Assert.That(read.IsCompleted, Is.False);
        await _peer.WriteAsync("later"u8.ToArray(), token);
        Assert.That(await read, Is.EqualTo("later"u8.ToArray()));
    }

    [Test]
    public async Task Much_data_passes_whole_both_ways_at_once(CancellationToken token)
    {
        var there = Noise(1, 300_000);
        var back = Noise(2, 300_000);
        var writes = Task.WhenAll(_link.WriteAsync(there, token).AsTask(), _peer.WriteAsync(back, token).AsTask());
        var atPeer = ReadExactlyAsync(_peer, there.Length, token);
        var here = ReadExactlyAsync(_link, back.Length, token);
        await writes;
        Assert.That((await atPeer).AsSpan().SequenceEqual(there), Is.True, "there");
        Assert.That((await here).AsSpan().SequenceEqual(back), Is.True, "back");
    }

    [Test]
    public async Task Cancelling_ends_a_waiting_read_and_costs_no_byte(CancellationToken token)
    {
        for (var i = 0; i < 20; i++)
        {
            using var cancel = CancellationTokenSource.CreateLinkedTokenSource(token);
            var read = _link.ReadAsync(new byte[16], cancel.Token).AsTask();
            Assert.That(read.IsCompleted, Is.False);
            await cancel.CancelAsync();
            Assert.That(async () => await read.WaitAsync(token), Throws.InstanceOf<OperationCanceledException>());
            await _peer.WriteAsync(new[] { (byte)i }, token);
            Assert.That(await ReadExactlyAsync(_link, 1, token), Is.EqualTo(new[] { (byte)i }));
        }
    }

    [Test]
    public async Task A_cancelled_token_neither_reads_nor_writes(CancellationToken token)
    {
        await _peer.WriteAsync("x"u8.ToArray(), token);
        var cancelled = new CancellationToken(canceled: true);
        Assert.That(async () => await _link.ReadAsync(new byte[16], cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(async () => await _link.WriteAsync("y"u8.ToArray(), cancelled), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await ReadExactlyAsync(_link, 1, token), Is.EqualTo("x"u8.ToArray()));
        await _link.WriteAsync("z"u8.ToArray(), token);
        Assert.That(await ReadExactlyAsync(_peer, 1, token), Is.EqualTo("z"u8.ToArray()));
    }

    [Test]
    public async Task Cancelling_ends_a_write_that_the_peer_does_not_take(CancellationToken token)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(token);
        var write = _link.WriteAsync(new byte[8 << 20], cancel.Token).AsTask();
        Assert.That(write.IsCompleted, Is.EqualTo(!WritesCanBlock));
        if (!WritesCanBlock)
        {
            await write;
            return;
        }

        await cancel.CancelAsync();
        Assert.That(async () => await write.WaitAsync(token), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task The_end_of_the_peer_reads_as_zero_again_and_again(CancellationToken token)
    {
        var read = _link.ReadAsync(new byte[16], token).AsTask();
        Assert.That(read.IsCompleted, Is.False);
        await _peer.DisposeAsync();
        Assert.That(await read.WaitAsync(token), Is.Zero);
        Assert.That(await _link.ReadAsync(new byte[16], token), Is.Zero);
    }

    [Test]
    public async Task Bytes_sent_last_by_the_peer_do_not_hide_its_end(CancellationToken token)
    {
        await _peer.WriteAsync("bye"u8.ToArray(), token);
        await _peer.DisposeAsync();
        if (KeepsLastBytes)
        {
            Assert.That(await ReadExactlyAsync(_link, 3, token), Is.EqualTo("bye"u8.ToArray()));
        }

        Assert.That(await _link.ReadAsync(new byte[16], token), Is.Zero);
    }

    [Test]
    public async Task Writing_to_a_gone_peer_is_refused_as_vanished(CancellationToken token)
    {
        await _peer.DisposeAsync();
        if (!RefusesWritesToNobody)
        {
            await _link.WriteAsync("anyone?"u8.ToArray(), token);
            return;
        }

        var failure = Assert.ThrowsAsync<LinkException>(async () => await _link.WriteAsync("anyone?"u8.ToArray(), token))!;
        Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Vanished));
        Assert.That(failure.Device, Is.EqualTo(_link.Name));
        Assert.That(failure.Message, Does.StartWith(_link.Name));
        Assert.That(failure.NextCommand, Is.Not.Empty);
    }

    [Test]
    public async Task The_end_of_the_peer_ends_a_waiting_write(CancellationToken token)
    {
        var write = _link.WriteAsync(new byte[8 << 20], token).AsTask();
        Assert.That(write.IsCompleted, Is.EqualTo(!WritesCanBlock));
        await _peer.DisposeAsync();
        if (WritesCanBlock && RefusesWritesToNobody)
        {
            var failure = Assert.ThrowsAsync<LinkException>(async () => await write.WaitAsync(token))!;
            Assert.That(failure.Failure, Is.EqualTo(LinkFailure.Vanished));
        }
        else
        {
            // Accepted or refused: it must end, and without the token.
            await write.WaitAsync(token).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            Assert.That(token.IsCancellationRequested, Is.False);
        }
    }

    [Test]
    public async Task Closing_ends_a_waiting_read(CancellationToken token)
    {
        var read = _link.ReadAsync(new byte[16], token).AsTask();
        Assert.That(read.IsCompleted, Is.False);
        await _link.DisposeAsync();
        Assert.That(async () => await read.WaitAsync(token), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task A_closed_link_refuses_and_may_be_closed_again(CancellationToken token)
    {
        await _link.DisposeAsync();
        await _link.DisposeAsync();
        Assert.That(async () => await _link.ReadAsync(new byte[16], token), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(async () => await _link.WriteAsync(new byte[1], token), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_read_into_nothing_is_refused(CancellationToken token) =>
        Assert.That(async () => await _link.ReadAsync(Memory<byte>.Empty, token), Throws.ArgumentException);

    [Test]
    public async Task Opening_and_closing_leaves_no_descriptor_behind(CancellationToken token)
    {
        const int Cycles = 50;
        await CycleAsync(token);
        var before = Descriptors();
        var watched = ReadinessMonitor.Shared.Count;
        for (var i = 0; i < Cycles; i++)
        {
            await CycleAsync(token);
        }

        // The runtime may open a few of its own meanwhile; a leak would be one per cycle.
        Assert.That(Descriptors(), Is.LessThan(before + (Cycles / 2)));
        Assert.That(ReadinessMonitor.Shared.Count, Is.EqualTo(watched));
    }

    protected static byte[] Noise(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected static async Task<byte[]> ReadExactlyAsync(ILink link, int count, CancellationToken token)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count)
        {
            var n = await link.ReadAsync(bytes.AsMemory(read), token);
            Assert.That(n, Is.Positive, $"the link ended after {read} of {count} bytes");
            read += n;
        }

        return bytes;
    }

    private static int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd").Length;

    private async Task CycleAsync(CancellationToken token)
    {
        var (link, peer) = await ConnectAsync();
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(token);
        var read = link.ReadAsync(new byte[1], cancel.Token).AsTask();
        await cancel.CancelAsync();
        Assert.That(async () => await read.WaitAsync(token), Throws.InstanceOf<OperationCanceledException>());
        await link.DisposeAsync();
        await peer.DisposeAsync();
    }
}
