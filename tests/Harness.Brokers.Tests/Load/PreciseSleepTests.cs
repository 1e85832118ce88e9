using System.Diagnostics;
using Harness.Brokers.Load;

namespace Harness.Brokers.Tests.Load;

[TestFixture]
internal sealed class PreciseSleepTests
{
    [TestCase(300)]
    [TestCase(1_200_000)]
    public void A_sleep_lasts_at_least_its_time(int microseconds)
    {
        var begun = Stopwatch.GetTimestamp();
        PreciseSleep.For(TimeSpan.FromMicroseconds(microseconds));
        Assert.That(Stopwatch.GetElapsedTime(begun), Is.GreaterThanOrEqualTo(TimeSpan.FromMicroseconds(microseconds)));
    }

    [Test]
    public void A_time_that_is_over_is_no_sleep() => Assert.That(() => PreciseSleep.For(TimeSpan.FromSeconds(-5)), Throws.Nothing);
}
