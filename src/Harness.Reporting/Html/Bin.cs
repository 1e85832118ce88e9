namespace Harness.Reporting.Html;

/// <summary>Counts of samples in bins of one width; the last one takes a long tail.</summary>
/// <param name="From">Lower edge.</param>
/// <param name="To">Upper edge; the last bin's own edge where it takes the tail.</param>
/// <param name="N">Samples in it.</param>
/// <param name="Share">Share of all samples up to its upper edge, 0 to 1.</param>
/// <param name="TakesTail">True where it holds everything above its lower edge.</param>
internal readonly record struct Bin(double From, double To, int N, double Share, bool TakesTail)
{
    private const int Most = 40;

    /// <summary>Counts ascending values; none where there are no values, or all are equal.</summary>
    public static IReadOnlyList<Bin> Of(IReadOnlyList<double> sorted)
    {
        if (sorted.Count < 2 || !(sorted[^1] > sorted[0]))
        {
            return [];
        }

        // A scheduler's pause of milliseconds would push a distribution of microseconds into one bin: the last tenth may be a tail.
        var (low, top) = (sorted[0], sorted[^1]);
        var p90 = sorted[(int)Math.Ceiling(sorted.Count * 0.9) - 1];
        var high = sorted.Count >= 100 && p90 > low && top - low > 5 * (p90 - low) ? low + (3 * (p90 - low)) : top;
        var count = Math.Clamp((int)Math.Sqrt(sorted.Count), 5, Most);
        var width = (high - low) / count;
        if (!double.IsFinite(width) || width <= 0 || low + width <= low)
        {
            return [];
        }

        var numbers = new int[count];
        foreach (var value in sorted)
        {
            numbers[(int)Math.Clamp((value - low) / width, 0, count - 1)]++;
        }

        var bins = new List<Bin>(count);
        for (var (i, below) = (0, 0); i < count; i++)
        {
            below += numbers[i];
            bins.Add(new Bin(low + (i * width), i == count - 1 ? high : low + ((i + 1) * width), numbers[i], (double)below / sorted.Count, i == count - 1 && top > high));
        }

        return bins;
    }
}
