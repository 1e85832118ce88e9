namespace Harness.Hardware.Tests;

/// <summary>A sensor's milliseconds on a clock that a test moves.</summary>
internal static class ManualTime
{
    public static void AdvanceMs(this FakeTimeProvider time, double ms) => time.Advance(TimeSpan.FromMilliseconds(ms));

    /// <summary>The driver's pause: waiting is what moves this clock.</summary>
    public static void Pause(this FakeTimeProvider time, TimeSpan by, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        time.Advance(by);
    }
}
