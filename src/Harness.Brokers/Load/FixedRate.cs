using HdrHistogram;

namespace Harness.Brokers.Load;

/// <summary>Measures latencies at a fixed rate. A message is due when the clock says so, whether earlier ones arrived or not, and its latency counts from then: a
/// broker that stalls does not slow its own measurement (no coordinated omission).</summary>
public static class FixedRate
{
    // Identifiers in use at most; a broker that is this far behind does not carry the rate.
    private const int MaximumOnTheirWay = 60_000;
    private static readonly long Longest = TimeStamp.Minutes(10);
    private static readonly TimeSpan LostAfter = TimeSpan.FromSeconds(2);

    /// <summary>Measures.</summary>
    /// <param name="broker">The broker.</param>
    /// <param name="workload">The messages.</param>
    /// <param name="perSecond">Messages due a second.</param>
    /// <param name="warmUp">Its messages are sent and not counted.</param>
    /// <param name="duration">Measured time.</param>
    /// <param name="stop">Stops it.</param>
    /// <exception cref="MqttException">The broker is not there, refuses, closed a connection, or fell behind by 60,000 messages.</exception>
    public static async Task<LatencyResult> MeasureAsync(
        BrokerUnderTest broker, LoadWorkload workload, double perSecond, WarmUp warmUp, TimeSpan duration, CancellationToken stop)
    {
        await using var flow = await LoadFlow.OpenAsync(broker, workload, stop).ConfigureAwait(false);
        var (latencies, warmed) = (new LongConcurrentHistogram(1, Longest, 3), new LongConcurrentHistogram(1, Longest, 3));
        var sender = new Sender(flow, workload, perSecond, stop);

        // Those of the warm-up are noted too, and apart: what notes them is compiled by then.
        flow.Arrived = stamp =>
            (stamp >= sender.FirstCounted ? latencies : warmed).RecordValue(Math.Max(1, Nanoseconds(Stopwatch.GetTimestamp() - stamp)));
        flow.Start();
        await Task.Factory.StartNew(() => sender.Run(warmUp, duration), stop, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        await flow.WaitAsync(sender.Sent * workload.Subscribers, LostAfter, stop).ConfigureAwait(false);
        flow.ThrowIfFailed();

        var due = sender.Late.TotalCount;
        return new LatencyResult(
            perSecond, due, Math.Max(0, (due * workload.Subscribers) - latencies.TotalCount),
            latencies.GetValueAtPercentile(50), latencies.GetValueAtPercentile(99), latencies.GetValueAtPercentile(99.9),
            latencies.TotalCount == 0 ? 0 : latencies.GetMaxValue(), sender.Late.GetValueAtPercentile(99));
    }

    private static long Nanoseconds(long ticks) => (long)(ticks * (1e9 / Stopwatch.Frequency));

    private sealed class Sender(LoadFlow flow, LoadWorkload workload, double perSecond, CancellationToken stop)
    {
        private readonly LongHistogram _warmed = new(1, Longest, 3);
        private long _firstCounted = long.MaxValue;

        public LongHistogram Late { get; } = new(1, Longest, 3);

        public long Sent { get; private set; }

        // When the first message that counts is due.
        public long FirstCounted => Volatile.Read(ref _firstCounted);

        public void Run(WarmUp warmUp, TimeSpan duration)
        {
            PreciseSleep.Sharpen();
            var isWarm = warmUp.Begin();
            var begun = Stopwatch.GetTimestamp();
            var ticksEach = Stopwatch.Frequency / perSecond;
            var all = long.MaxValue;
            var size = flow.Message.Length;
            while (Sent < all && flow.Failure is null)
            {
                stop.ThrowIfCancellationRequested();
                var now = Stopwatch.GetTimestamp();
                if (all == long.MaxValue && isWarm())
                {
                    all = Sent + (long)(duration.TotalSeconds * perSecond);
                    Volatile.Write(ref _firstCounted, begun + (long)(Sent * ticksEach));
                }

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
                    (stamp >= _firstCounted ? Late : _warmed).RecordValue(Math.Max(1, Nanoseconds(now - stamp)));
                }

                flow.Send(buffer.AsSpan(0, batch * size));
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }
}
