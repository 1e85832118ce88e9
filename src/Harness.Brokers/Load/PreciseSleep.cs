using System.Runtime.InteropServices;

namespace Harness.Brokers.Load;

/// <summary>Sleeps of parts of a millisecond, which the runtime rounds up to whole ones.</summary>
internal static partial class PreciseSleep
{
    private const int SetTimerSlack = 29; // prctl(2): PR_SET_TIMERSLACK

    /// <summary>Makes the sleeps of this thread end without the kernel's slack.</summary>
    public static void Sharpen() => _ = Control(SetTimerSlack, 1, 0, 0, 0);

    /// <summary>Sleeps for a time, and by the kernel's timer slack (50 µs by default) longer; a signal may end it early. Not at all for a time of zero or less.</summary>
    public static void For(TimeSpan time)
    {
        if (time > TimeSpan.Zero)
        {
            _ = Sleep(new TimeSpec((nint)(time.Ticks / TimeSpan.TicksPerSecond), (nint)(time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick)), 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int Sleep(in TimeSpec request, nint remaining);

    [LibraryImport("libc", EntryPoint = "prctl")]
    private static partial int Control(int option, nuint value, nuint third, nuint fourth, nuint fifth);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpec(nint Seconds, nint Nanoseconds);
}
