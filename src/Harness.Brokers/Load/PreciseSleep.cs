namespace Harness.Brokers.Load;

/// <summary>Sleeps for parts of a millisecond, which <see cref="Thread.Sleep(TimeSpan)"/> rounds up to whole ones.</summary>
internal static partial class PreciseSleep
{
    /// <summary>Sleeps for a time, and by the kernel's timer slack (50 µs by default) longer.</summary>
    public static void For(TimeSpan time)
    {
        if (time <= TimeSpan.Zero)
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            var request = new TimeSpec((long)time.TotalSeconds, time.Ticks % TimeSpan.TicksPerSecond * 100);
            _ = Sleep(in request, 0); // a signal ends it early: whoever waits looks at the clock again
        }
        else
        {
            Thread.Sleep(time);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Sleep(in TimeSpec request, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds)
    {
        public TimeSpec(long seconds, long nanoseconds)
            : this((nint)seconds, (nint)nanoseconds)
        {
        }
    }
}
