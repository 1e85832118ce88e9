namespace Harness.Mqtt.Tests.Broker;

/// <summary>Checks the two writers of an outbox: its loop, and the thread that put something in.</summary>
[CancelAfter(60_000)]
public sealed class OutboxTests
{
    [Test]
    public async Task Packets_of_one_read_leave_in_one_write_on_its_thread(CancellationToken stop)
    {
        var (outbox, socket) = (new Outbox(), new Socket());
        var running = outbox.RunAsync(socket.WriteAsync, () => false, stop);
        var batch = new OutboxBatch();
        await batch.CollectAsync(Two, new PingReqPacket());
        Assert.That(socket.Written, Is.Empty);
        batch.Flush();
        Assert.That(socket.Written, Is.EqualTo(new[] { "0102" }));
        Assert.That(socket.Thread, Is.EqualTo(Environment.CurrentManagedThreadId));
        batch.Flush();
        Assert.That(socket.Written, Has.Count.EqualTo(1));
        outbox.Complete();
        await running;

        ValueTask Two(MqttPacket packet)
        {
            Assert.That(outbox.TryAdd([1]) && outbox.TryAdd([2]), Is.True);
            return default;
        }
    }

    [Test]
    public async Task The_loop_writes_what_comes_outside_a_read(CancellationToken stop)
    {
        var (outbox, socket) = (new Outbox(), new Socket());
        var running = outbox.RunAsync(socket.WriteAsync, () => false, stop);
        outbox.TryAdd([7]);
        outbox.Complete();
        await running;
        Assert.That(string.Concat(socket.Written), Is.EqualTo("07"));
    }

    [Test]
    public async Task A_write_that_the_socket_does_not_take_at_once_is_ended_by_the_loop_and_all_keeps_its_order(CancellationToken stop)
    {
        var (outbox, socket) = (new Outbox(), new Socket { Blocks = new TaskCompletionSource() });
        var running = outbox.RunAsync(socket.WriteAsync, () => false, stop);
        var batch = new OutboxBatch();
        await batch.CollectAsync(_ => Add(1), new PingReqPacket());
        batch.Flush();
        await batch.CollectAsync(_ => Add(2), new PingReqPacket());
        batch.Flush();
        outbox.Complete();
        Assert.That((socket.Written.Count, running.IsCompleted), Is.EqualTo((1, false)));
        socket.Blocks.SetResult();
        await running;
        Assert.That(socket.Written, Is.EqualTo(new[] { "01", "02" }));

        ValueTask Add(byte one)
        {
            outbox.TryAdd([one]);
            return default;
        }
    }

    [Test]
    public async Task A_write_that_fails_on_the_reading_thread_ends_the_loop_and_not_the_reader(CancellationToken stop)
    {
        var (outbox, socket) = (new Outbox(), new Socket { Blocks = new TaskCompletionSource() });
        var running = outbox.RunAsync(socket.WriteAsync, () => false, stop);
        socket.Blocks.SetException(new MqttNotConnectedException("gone", null));
        outbox.TryAdd([1]);
        Assert.That(outbox.Flush, Throws.Nothing);
        Assert.ThrowsAsync<MqttNotConnectedException>(() => running);
        await Task.CompletedTask;
    }

    [Test]
    public async Task Messages_that_waited_for_room_follow_a_write_on_the_reading_thread(CancellationToken stop)
    {
        var (outbox, socket) = (new Outbox(), new Socket());
        var waiting = 0;
        var refilled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var running = outbox.RunAsync(socket.WriteAsync, Refill, stop);
        var batch = new OutboxBatch();
        await batch.CollectAsync(_ => Fill(), new PingReqPacket());
        Volatile.Write(ref waiting, 1);
        batch.Flush();
        await refilled.Task.WaitAsync(stop);
        outbox.Complete();
        await running;
        Assert.That(string.Concat(socket.Written), Does.EndWith("0009"));

        bool Refill()
        {
            if (Interlocked.Exchange(ref waiting, 0) == 1)
            {
                outbox.TryAdd([9]);
                refilled.SetResult();
            }

            return false;
        }

        ValueTask Fill()
        {
            outbox.TryAdd(new byte[Outbox.Capacity]);
            return default;
        }
    }

    [Test]
    public async Task Collecting_ends_where_a_call_first_waits(CancellationToken stop)
    {
        var (outbox, socket) = (new Outbox(), new Socket());
        var running = outbox.RunAsync(socket.WriteAsync, () => false, stop);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handling = new OutboxBatch().CollectAsync(LaterAsync, new PingReqPacket());
        Assert.That(OutboxBatch.Current, Is.Null);
        goOn.SetResult();
        await handling;
        outbox.Complete();
        await running;
        Assert.That(string.Concat(socket.Written), Is.EqualTo("05"));

        async ValueTask LaterAsync(MqttPacket packet)
        {
            await goOn.Task;
            Assert.That(OutboxBatch.Current, Is.Null);
            outbox.TryAdd([5]);
        }
    }

    /// <summary>A socket of which a test says when it takes the first write.</summary>
    private sealed class Socket
    {
        public TaskCompletionSource? Blocks { get; init; }

        public List<string> Written { get; } = [];

        public int Thread { get; private set; }

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken stop)
        {
            Written.Add(Convert.ToHexString(bytes.Span));
            Thread = Environment.CurrentManagedThreadId;
            if (Blocks is { } blocks)
            {
                await blocks.Task;
            }
        }
    }
}
