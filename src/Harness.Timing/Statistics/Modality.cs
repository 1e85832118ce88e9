namespace Harness.Timing.Statistics;

/// <summary>A test of samples for several peaks, which one median would hide.</summary>
/// <remarks>
/// The test: a histogram between p1 and p99 of 2 n^(1/3) bins (8 to 64), each a whole multiple of the clock's step. Two peaks count as
/// two where the lowest bin between them holds at most half of the smaller peak, the difference exceeds 5 standard deviations of a
/// Poisson count, and at least 5 % of the samples lie on either side. Below 50 samples it is not made.
/// </remarks>
/// <param name="Modes">The number of peaks; 0 where the test was not made.</param>
/// <param name="Peaks">The peaks' positions, ascending: the middles of their bins.</param>
public sealed record Modality(int Modes, IReadOnlyList<double> Peaks)
{
    /// <summary>Samples below which the test is not made.</summary>
    public const int MinimumSamples = 50;

    private const double Deviations = 5;
    private const double MinimumShare = 0.05;

    /// <summary>Tests the samples.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="resolution">The clock's step; null takes the smallest difference that occurs.</param>
    public static Modality Of(ReadOnlySpan<double> sorted, double? resolution = null)
    {
        var n = sorted.Length;
        if (n < MinimumSamples)
        {
            return new Modality(0, []);
        }

        var first = n / 100;
        var body = sorted[first..(n - first)];
        var (low, high) = (body[0], body[^1]);
        if (low.Equals(high))
        {
            return new Modality(1, [low]);
        }

        var width = (high - low) / Math.Clamp((int)(2 * Math.Cbrt(n)), 8, 64);
        var step = resolution ?? Step(body);
        width = Math.Max(1, Math.Ceiling(width / step)) * step;
        var counts = new int[(int)((high - low) / width) + 1];
        foreach (var value in body)
        {
            counts[Math.Min(counts.Length - 1, (int)(((value - low) / width) + 1e-9))]++;
        }

        var peaks = PeaksOf(counts, n);
        return new Modality(peaks.Count, [.. peaks.Select(bin => low + ((bin + 0.5) * width))]);
    }

    /// <summary>Gets the result as text: <c>one mode</c>, <c>2 modes near 104 and 180</c>.</summary>
    public string Describe(Unit unit) => Modes switch
    {
        0 => $"modes not tested below {MinimumSamples} samples",
        1 => "one mode",
        _ => $"{Modes} modes near {string.Join(" and ", Peaks.Select(p => ReadableNumber.Format(p, unit)))}",
    };

    // The smallest difference that occurs is the clock's resolution; bins that are no multiple of it would show gaps of their own.
    private static double Step(ReadOnlySpan<double> sorted)
    {
        var step = sorted[^1] - sorted[0];
        for (var i = 1; i < sorted.Length; i++)
        {
            var difference = sorted[i] - sorted[i - 1];
            if (difference > 0 && difference < step)
            {
                step = difference;
            }
        }

        return step;
    }

    private static List<int> PeaksOf(int[] counts, int n)
    {
        var peaks = new List<int>();
        Split(0, counts.Length);
        return peaks;

        // The deepest valley splits a range in two, and each part is searched again.
        void Split(int from, int to)
        {
            var best = -1;
            var clearest = 0.0;
            for (var i = from + 1; i < to - 1; i++)
            {
                var left = counts.AsSpan(from, i - from);
                var right = counts.AsSpan(i, to - i);
                var peak = Math.Min(Highest(left), Highest(right));
                if (2 * counts[i] > peak || Math.Min(Sum(left), Sum(right)) < MinimumShare * n)
                {
                    continue;
                }

                var clear = (peak - counts[i]) / Math.Sqrt(peak + counts[i] + 1);
                if (clear > Deviations && clear > clearest)
                {
                    (best, clearest) = (i, clear);
                }
            }

            if (best < 0)
            {
                peaks.Add(from + counts.AsSpan(from, to - from).IndexOf(Highest(counts.AsSpan(from, to - from))));
                return;
            }

            Split(from, best);
            Split(best, to);
        }
    }

    private static int Highest(ReadOnlySpan<int> counts)
    {
        var highest = 0;
        foreach (var count in counts)
        {
            highest = Math.Max(highest, count);
        }

        return highest;
    }

    private static int Sum(ReadOnlySpan<int> counts)
    {
        var sum = 0;
        foreach (var count in counts)
        {
            sum += count;
        }

        return sum;
    }
}
