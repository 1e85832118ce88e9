using Harness.Mqtt.Proxy;

namespace Harness.Mqtt.Tests.Proxy;

/// <summary>A link's clock.</summary>
[CancelAfter(60_000)]
public sealed class LinkClockTests
{
    [TestCase(50)]
    [TestCase(0.3)]
    [TestCase(0)]
    public async Task A_time_has_come_though_timers_end_early(double milliseconds)
    {
        var at = TimeSpan.FromMilliseconds(milliseconds);
        var clock = new LinkClock(new EarlyTimers(), 0);

        await clock.UntilAsync(at, CancellationToken.None);

        Assert.That(clock.Elapsed, Is.InRange(at, at + TimeSpan.FromMilliseconds(1)));
    }

    /// <summary>A clock that is where a timer ends, 0.7 ms before it should.</summary>
    private sealed class EarlyTimers : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _now += (dueTime - TimeSpan.FromMilliseconds(0.7)).Ticks;
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
