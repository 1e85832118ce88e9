using Harness.Bench.Protocol;

namespace Harness.Bench.Measuring;

/// <summary>The round trip of a serial line by itself: a short request and its reply, waited for on the calling thread.</summary>
/// <remarks>
/// An ordinary request is handed from the thread that watches all lines to the one that reads this line and on to whoever waits. Where a machine has no
/// processor to spare, as an emulated one, each hand-over costs as much as the line.
/// </remarks>
public static class SerialEcho
{
    /// <summary>Round trips before the first that counts.</summary>
    public const int WarmUp = 20;

    /// <summary>Times round trips of <c>SENSE</c>, which changes nothing on the board and has the shortest reply.</summary>
    /// <param name="line">The line, taken exclusively.</param>
    /// <param name="rounds">Round trips to time.</param>
    /// <param name="cancellationToken">Cancels between two round trips.</param>
    /// <returns>Their durations in µs, in order; null if a reply did not come or was no reading.</returns>
    public static double[]? Time(BenchClient.DirectLine line, int rounds, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(line);
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        var micros = new double[rounds];
        for (var i = -WarmUp; i < rounds; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var start = Stopwatch.GetTimestamp();
            if (line.TryAsk("SENSE"u8, " input="u8) is null)
            {
                return null;
            }

            if (i >= 0)
            {
                micros[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
        }

        return micros;
    }
}
