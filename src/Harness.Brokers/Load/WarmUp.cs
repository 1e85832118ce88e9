using System.Runtime;

namespace Harness.Brokers.Load;

/// <summary>The time before what is counted: at least so long, and until this process compiled nothing for half a second, as the runtime compiles what runs often anew, on a processor that the
/// broker or the load would have.</summary>
/// <param name="Least">The least of it; zero for none at all.</param>
/// <param name="Most">It ends then, whatever is compiled.</param>
public sealed record WarmUp(TimeSpan Least, TimeSpan Most)
{
    private static readonly TimeSpan QuietFor = TimeSpan.FromMilliseconds(500);

    /// <summary>Counts from the first.</summary>
    public static WarmUp None { get; } = new(TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>Begins it.</summary>
    /// <returns>Tells whether it is over; asked often.</returns>
    internal Func<bool> Begin() => Begin(TimeProvider.System, () => JitInfo.GetCompiledMethodCount());

    /// <inheritdoc cref="Begin()"/>
    /// <param name="time">Its clock.</param>
    /// <param name="compiled">Methods compiled by now.</param>
    internal Func<bool> Begin(TimeProvider time, Func<long> compiled)
    {
        var (begun, changed, last) = (time.GetTimestamp(), time.GetTimestamp(), compiled());
        return () =>
        {
            var passed = time.GetElapsedTime(begun);
            if (compiled() is var now && now != last)
            {
                (last, changed) = (now, time.GetTimestamp());
            }

            return passed >= Most || (passed >= Least && time.GetElapsedTime(changed) >= QuietFor);
        };
    }
}
