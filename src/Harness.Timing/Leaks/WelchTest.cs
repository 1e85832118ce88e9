namespace Harness.Timing;

/// <summary>Welch's t of two lists of durations, whole and with their long tails cropped, as dudect does (Reparaz, Balasch, Verbauwhede 2017).</summary>
public static class WelchTest
{
    /// <summary>Shares of both lists together below which a sample is kept; the cut is common, so it takes the tail off both alike.</summary>
    public static IReadOnlyList<double> Crops { get; } = [1.0, 0.95, 0.90, 0.75, 0.50];

    /// <summary>
    /// t of two lists: positive where the first is slower. Equal constants give 0, different ones infinity; a list of fewer than two
    /// values is not to be told from the other.
    /// </summary>
    public static double T(ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        if (first.Length < 2 || second.Length < 2)
        {
            return 0;
        }

        var (m1, v1) = Moments(first);
        var (m2, v2) = Moments(second);
        var error = Math.Sqrt((v1 / first.Length) + (v2 / second.Length));
        return error > 0 ? (m1 - m2) / error : m1.Equals(m2) ? 0 : m1 > m2 ? double.PositiveInfinity : double.NegativeInfinity;
    }

    /// <summary>The t of largest magnitude over all crops.</summary>
    public static CroppedT Largest(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        double[] pooled = [.. first.Concat(second).Order()];
        var best = new CroppedT(0, 1, first.Count, second.Count);
        if (pooled.Length == 0)
        {
            return best;
        }

        foreach (var crop in Crops)
        {
            var limit = pooled[(int)(crop * (pooled.Length - 1))];
            double[] a = [.. first.Where(v => v <= limit)], b = [.. second.Where(v => v <= limit)];

            // Where the cut parts the lists, all of the quicker lies below it and hardly any of the slower: that is a difference too.
            var t = a.Length >= 2 && b.Length >= 2 ? T(a, b)
                : Math.Min(first.Count, second.Count) < 20 ? 0
                : a.Length < b.Length ? double.PositiveInfinity : double.NegativeInfinity;
            if (Math.Abs(t) > Math.Abs(best.T))
            {
                best = new CroppedT(t, crop, a.Length, b.Length);
            }
        }

        return best;
    }

    private static (double Mean, double Variance) Moments(ReadOnlySpan<double> values)
    {
        var (mean, squares, n) = (0.0, 0.0, 0);
        foreach (var value in values)
        {
            // Welford: a mean of 10^9 cycles leaves no digits for differences of single ones otherwise.
            n++;
            var delta = value - mean;
            mean += delta / n;
            squares += delta * (value - mean);
        }

        return (mean, squares / (n - 1));
    }
}

/// <summary>A t and the crop that gave it.</summary>
/// <param name="T">Welch's t; positive where the first list is slower.</param>
/// <param name="Crop">Share of the samples that was kept.</param>
/// <param name="First">Samples of the first list that were kept.</param>
/// <param name="Second">Samples of the second list that were kept.</param>
public readonly record struct CroppedT(double T, double Crop, int First, int Second);
