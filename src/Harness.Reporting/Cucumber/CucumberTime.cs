using Io.Cucumber.Messages.Types;

namespace Harness.Reporting.Cucumber;

/// <summary>Times as Cucumber's messages have them: seconds and nanoseconds.</summary>
internal static class CucumberTime
{
    private const long TicksPerSecond = TimeSpan.TicksPerSecond;

    /// <summary>A moment since 1970.</summary>
    public static Timestamp Of(DateTimeOffset at)
    {
        var ticks = Math.Max(0, at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks);
        return new Timestamp(ticks / TicksPerSecond, ticks % TicksPerSecond * 100);
    }

    /// <summary>A moment some milliseconds after another one, and the last one that there is where a record's times lead beyond it.</summary>
    public static DateTimeOffset After(DateTimeOffset at, double ms) =>
        CucumberMessages.Finite(ms) is var finite && finite < (DateTimeOffset.MaxValue - at).TotalMilliseconds ? at.AddMilliseconds(finite) : DateTimeOffset.MaxValue;

    /// <summary>A duration in milliseconds.</summary>
    public static Duration Span(double ms)
    {
        var ticks = TimeSpan.FromMilliseconds(ms).Ticks;
        return new Duration(ticks / TicksPerSecond, ticks % TicksPerSecond * 100);
    }
}
