using HdrHistogram;

namespace Harness.Brokers.Load;

/// <summary>Measures latencies at a fixed rate. A message is due when the clock says so, whether earlier ones arrived or not, and its latency counts from then: a
/// broker that stalls does not slow its own measurement (no coordinated omission).</summary>
public static class FixedRate
{
    // Identifiers in use at most; a broker that is this far behind does not carry the rate.
    private const int MaximumOnTheirWay = 60_000;
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(2);

    /// <summary>Measures.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="workload">The messages.</param>
    /// <param name="perSecond">Messages due a second.</param>
    /// <param name="warmUp">Time whose messages are sent and not counted.</param>
    /// <param name="duration">Measured time.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="MqttException">The broker is not there, refuses, closed a connection, or fell behind by 60,000 messages.</exception>
    public static async Task<LatencyResult> MeasureAsync(
        BrokerUnderTest broker, LoadWorkload workload, double perSecond, TimeSpan warmUp, TimeSpan duration, CancellationToken stop)
    {
        await using var flow = await LoadFlow.OpenAsync(broker, workload, stop).ConfigureAwait(false);
        var latencies = new LongConcurrentHistogram(1, TimeStamp.Minutes(10), 3);
        var first = long.MaxValue;
        flow.Arrived = stamp =>
        {
            if (stamp >= Interlocked.Read(ref first))
            {
                latencies.RecordValue(Math.Max(1, Nanoseconds(Stopwatch.GetTimestamp() - stamp)));
            }
        };
        flow.Start();
        var sender = new Sender(flow, workload, perSecond, stop);
        var counted = Stopwatch.GetTimestamp() + (long)(warmUp.TotalSeconds * Stopwatch.Frequency);
        Interlocked.Exchange(ref first, counted);
        await Task.Factory.StartNew(() => sender.Run(counted, warmUp + duration), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        await flow.WaitAsync(sender.Sent * workload.Subscribers, LostAfter, stop).ConfigureAwait(false);
        if (flow.Failure is { } failure)
        {
            throw failure as MqttException ?? new MqttNotConnectedException($"{workload.Title}: {failure.Message}", failure);
        }

        var due = sender.Late.TotalCount;
        return new LatencyResult(
            perSecond, due, Math.Max(0, (due * workload.Subscribers) - latencies.TotalCount),
            latencies.GetValueAtPercentile(50), latencies.GetValueAtPercentile(99), latencies.GetValueAtPercentile(99.9),
            latencies.TotalCount == 0 ? 0 : latencies.GetMaxValue(), sender.Late.GetValueAtPercentile(99));
    }

    private static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));

    private sealed class Sender(LoadFlow flow, LoadWorkload workload, double perSecond, CancellationToken stop)
    {
        public LongHistogram Late { get; } = new(1, TimeStamp.Minutes(10), 3);

        public long Sent { get; private set; }

        public void Run(long counted, TimeSpan duration)
        {
            PreciseSleep.Sharpen();
            var begun = Stopwatch.GetTimestamp();
            var ticksEach = Stopwatch.Frequency / perSecond;
            var all = (long)(duration.TotalSeconds * perSecond);
            var size = flow.Message.Length;
            while (Sent < all && flow.Failure is null)
            {
                stop.ThrowIfCancellationRequested();
                var now = Stopwatch.GetTimestamp();
                var due = Math.Min(all, (long)((now - begun) / ticksEach) + 1);
                var batch = (int)Math.Min(due - Sent, 1000);
                if (batch <= 0)
                {
                    PreciseSleep.For(TimeSpan.FromSeconds(((begun + (Sent * ticksEach)) - now) / Stopwatch.Frequency));
                    continue;
                }

                if (Sent - (flow.Delivered / workload.Subscribers) > MaximumOnTheirWay)
                {
                    throw new MqttTimedOutException($"{workload.Title}: the broker is {MaximumOnTheirWay} messages behind at {perSecond:0} messages a second; next: a lower --rate");
                }

                var buffer = ArrayPool<byte>.Shared.Rent(batch * size);
                for (var i = 0; i < batch; i++, Sent++)
                {
                    var stamp = begun + (long)(Sent * ticksEach);
                    flow.Message.Write(buffer.AsSpan(i * size), (ushort)(1 + (Sent % ushort.MaxValue)), stamp);
                    if (stamp >= counted)
                    {
                        Late.RecordValue(Math.Max(1, Nanoseconds(now - stamp)));
                    }
                }

                flow.Send(buffer.AsSpan(0, batch * size));
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
