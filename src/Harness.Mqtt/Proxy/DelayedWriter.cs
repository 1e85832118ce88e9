namespace Harness.Mqtt.Proxy;

/// <summary>Writes to one side of a connection when a link says that the bytes arrive.</summary>
internal sealed class DelayedWriter(LinkLane lane, LinkClock clock, Func<ReadOnlyMemory<byte>, Task> write, Action end)
{
    // As much as the buffers of both ends hold: whoever sends more waits.
    private const int MostBytes = 4 * 1024 * 1024;
    private readonly Channel<(ReadOnlyMemory<byte> Bytes, TimeSpan At)> _onTheWay = Channel.CreateUnbounded<(ReadOnlyMemory<byte>, TimeSpan)>(new() { SingleReader = true });
    private readonly Lock _lock = new();
    private TaskCompletionSource _room = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _bytes;

    /// <summary>Completes, never fails, once nothing is on the way any more.</summary>
    public Task Drained => _drained.Task;

    /// <summary>True while nothing is on the way.</summary>
    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _bytes == 0;
            }
        }
    }

    /// <summary>Takes bytes; waits where more are on the way than a connection holds. One caller at a time.</summary>
    /// <exception cref="MqttNotConnectedException">The link gave the connection up.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_lock)
            {
                if (_bytes < MostBytes)
                {
                    _bytes += bytes.Length;
                    break;
                }

                room = _room.Task;
            }

            await room.WaitAsync(cancellationToken).ConfigureAwait(false);
        }

        var at = lane.ArrivalOf(clock.Elapsed, bytes.Length) ?? throw new MqttNotConnectedException($"the link gave a connection up: one segment was lost {LinkLane.MostLosses + 1} times");
        _onTheWay.Writer.TryWrite((bytes, at));
    }

    /// <summary>Says that nothing follows.</summary>
    public void Complete() => _onTheWay.Writer.TryComplete();

    /// <summary>Writes what arrives until nothing follows.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (bytes, at) in _onTheWay.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            {
                await clock.UntilAsync(at, cancellationToken).ConfigureAwait(false);
                await write(bytes).ConfigureAwait(false);
                TaskCompletionSource before;
                lock (_lock)
                {
                    _bytes -= bytes.Length;
                    (before, _room) = (_room, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                }

                before.SetResult();
            }

            end();
        }
        finally
        {
            _drained.TrySetResult();
        }
    }
}
