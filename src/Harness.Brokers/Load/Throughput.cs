namespace Harness.Brokers.Load;

/// <summary>Measures deliveries a second with a bounded number of messages on their way: as fast as a broker carries them without loss.</summary>
public sealed class Throughput : IAsyncDisposable
{
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(2);
    private readonly LoadFlow _flow;
    private readonly LoadWorkload _workload;
    private readonly Lock _gate = new();
    private long _sent;
    private long _lost;
    private bool _stopped;

    private Throughput(LoadFlow flow, LoadWorkload workload) => (_flow, _workload) = (flow, workload);

    /// <summary>Measures one workload.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="workload">The messages.</param>
    /// <param name="warmUp">Time before the measured time.</param>
    /// <param name="duration">Measured time.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="MqttException">The broker is not there, refuses, or closed a connection.</exception>
    public static async Task<ThroughputResult> MeasureAsync(BrokerUnderTest broker, LoadWorkload workload, TimeSpan warmUp, TimeSpan duration, CancellationToken stop)
    {
        await using var running = new Throughput(await LoadFlow.OpenAsync(broker, workload, stop).ConfigureAwait(false), workload);
        running._flow.Progressed = running.Refill;
        running._flow.Start(acknowledgesAtOnce: true); // what is asked is how much the broker carries, not how long two kernels wait for one another
        running.Refill();
        await running.WatchAsync(warmUp, stop).ConfigureAwait(false);
        var (before, begun, lost) = (running._flow.Delivered, Stopwatch.GetTimestamp(), running._lost);
        await running.WatchAsync(duration, stop).ConfigureAwait(false);
        var (delivered, took) = (running._flow.Delivered - before, Stopwatch.GetElapsedTime(begun));
        running._stopped = true;
        var arrived = await running._flow.WaitAsync(running.Due, LostAfter, stop).ConfigureAwait(false);
        running._flow.ThrowIfFailed(); // what a broker that ended did not deliver is not lost
        if (!arrived)
        {
            running.WriteOff();
        }

        return new ThroughputResult(delivered / took.TotalSeconds, delivered, running._lost - lost);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _flow.DisposeAsync();

    private long Due
    {
        get
        {
            lock (_gate)
            {
                return (_sent * _workload.Subscribers) - _lost;
            }
        }
    }

    // A message counts as on its way until every subscriber has it and the broker acknowledged it. Sent under the lock that numbers it: a thread that paused between the
    // two would send identifiers that are in use again by then, and a broker rightly takes such a QoS 2 message for one that it has.
    private void Refill()
    {
        lock (_gate)
        {
            var arrived = (_flow.Delivered + _lost) / _workload.Subscribers;
            var through = _workload.Qos == QualityOfService.AtMostOnce ? arrived : Math.Min(arrived, _flow.Acknowledged);
            var free = (int)(_workload.Window - (_sent - through));
            // Not for every single one: a batch costs one write, a lone message too.
            if (_stopped || free < Math.Max(1, _workload.Window / 4))
            {
                return;
            }

            var size = _flow.Message.Length;
            var buffer = ArrayPool<byte>.Shared.Rent(free * size);
            for (var i = 0; i < free; i++)
            {
                _flow.Message.Write(buffer.AsSpan(i * size), (ushort)(1 + (_sent++ % _workload.Window)), 0);
            }

            _flow.Send(buffer.AsSpan(0, free * size));
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task WatchAsync(TimeSpan duration, CancellationToken stop)
    {
        var begun = Stopwatch.GetTimestamp();
        var (last, moved) = (_flow.Delivered, begun);
        for (TimeSpan left; (left = duration - Stopwatch.GetElapsedTime(begun)) > TimeSpan.Zero;)
        {
            await Task.Delay(left < TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100), stop).ConfigureAwait(false);
            _flow.ThrowIfFailed();
            if (_flow.Delivered != last)
            {
                (last, moved) = (_flow.Delivered, Stopwatch.GetTimestamp());
            }
            else if (Stopwatch.GetElapsedTime(moved) > LostAfter)
            {
                WriteOff();
                moved = Stopwatch.GetTimestamp();
                Refill();
            }
        }
    }

    private void WriteOff()
    {
        lock (_gate)
        {
            _lost = (_sent * _workload.Subscribers) - _flow.Delivered;
        }
    }
}
