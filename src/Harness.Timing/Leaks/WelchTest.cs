namespace Harness.Timing;

/// <summary>
/// Welch's t of two lists of durations, as dudect has it (Reparaz, Balasch, Verbauwhede 2017): of the durations and of their squared distances from their
/// mean, each on the whole lists and with their long tails cropped.
/// </summary>
/// <remarks>
/// The first order sees one class take longer; the second, one class scatter more, as a branch does that is taken on some inputs only. A
/// crop is common to both lists, so that it takes the tail off both alike. One test is of 14 such t, which depend on each other:
/// lists without a difference reach |t| = 4.5 in about 1 of 20,000 tests (tests/Harness.Timing.Tests).
/// </remarks>
public static class WelchTest
{
    /// <summary>Fewer samples of each list below a cut are too few for a t.</summary>
    public const int LeastKept = 40;

    /// <summary>Shares of both lists together below which a sample is kept.</summary>
    public static IReadOnlyList<double> Crops { get; } = [1.0, 0.99, 0.95, 0.90, 0.75, 0.50, 0.25];

    /// <summary>
    /// t of two lists: positive where the first is slower. Equal constants give 0, different ones infinity; a list of fewer than two
    /// values is not to be told from the other.
    /// </summary>
    public static double T(ReadOnlySpan<double> first, ReadOnlySpan<double> second) => T(first, second, 0);

    /// <summary>t of the squared distances from each list's mean: positive where the first scatters more.</summary>
    public static double TOfSquares(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        first.Length < 2 || second.Length < 2 ? 0 : Of(Squares(first), Squares(second), 0);

    /// <summary>The t of largest magnitude over all crops and both orders.</summary>
    public static CroppedT Largest(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return OfSorted([.. first.Order()], [.. second.Order()], 0);
    }

    /// <summary>
    /// The smallest difference that these samples would have shown: had the second list been so much slower throughout, or so much quicker, <see cref="Largest"/>
    /// would have reached the threshold. The larger of the two.
    /// </summary>
    public static double Resolves(IReadOnlyList<double> first, IReadOnlyList<double> second, double threshold)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        double[] a = [.. first.Order()], b = [.. second.Order()];
        return Math.Max(Shift(a, b, 1, threshold), Shift(a, b, -1, threshold));
    }

    private static double Shift(double[] a, double[] b, int sign, double threshold)
    {
        bool Shows(double shift) => Math.Abs(OfSorted(a, b, sign * shift).T) >= threshold;
        var (below, above) = (0.0, 1e-6 * Math.Max(Math.Abs(a[^1]), Math.Abs(b[^1])));
        if (above <= 0)
        {
            return 0; // nothing but zeros: anything would show
        }

        while (!Shows(above))
        {
            (below, above) = (above, 2 * above);
            if (!double.IsFinite(above))
            {
                return double.PositiveInfinity;
            }
        }

        while (above - below > 0.02 * above)
        {
            var middle = (below + above) / 2;
            (below, above) = Shows(middle) ? (below, middle) : (middle, above);
        }

        return above;
    }

    /// <summary>Both sorted; the second's values count as so much more.</summary>
    private static CroppedT OfSorted(double[] a, double[] b, double shift)
    {
        var best = new CroppedT(0, 1, 1, a.Length, b.Length);
        if (a.Length == 0 || b.Length == 0)
        {
            return best;
        }

        foreach (var crop in Crops)
        {
            var (keptA, keptB) = Keep(a, b, shift, (int)(crop * (a.Length + b.Length - 1)));
            ReadOnlySpan<double> cutA = a.AsSpan(0, keptA), cutB = b.AsSpan(0, keptB);
            var whole = crop >= 1;
            if (!whole && Math.Min(keptA, keptB) < LeastKept)
            {
                // Where the cut parts the lists, much of the quicker lies below it and hardly anything of the slower: that is a difference too.
                if (Math.Max(keptA, keptB) >= 2 * LeastKept && Math.Min(keptA, keptB) * 10 < Math.Max(keptA, keptB))
                {
                    Take(keptA < keptB ? double.PositiveInfinity : double.NegativeInfinity, 1);
                }

                continue;
            }

            Take(T(cutA, cutB, shift), 1);
            Take(TOfSquares(cutA, cutB), 2);

            void Take(double t, int order)
            {
                if (Math.Abs(t) > Math.Abs(best.T))
                {
                    best = new CroppedT(t, crop, order, keptA, keptB);
                }
            }
        }

        return best;
    }

    /// <summary>How many of each sorted list are at most the value of that rank among both.</summary>
    private static (int A, int B) Keep(double[] a, double[] b, double shift, int rank)
    {
        var (i, j, limit) = (0, 0, double.NegativeInfinity);
        while (i + j <= rank)
        {
            limit = j == b.Length || (i < a.Length && a[i] <= b[j] + shift) ? a[i++] : b[j++] + shift;
        }

        while (i < a.Length && a[i] <= limit)
        {
            i++;
        }

        while (j < b.Length && b[j] + shift <= limit)
        {
            j++;
        }

        return (i, j);
    }

    private static double T(ReadOnlySpan<double> first, ReadOnlySpan<double> second, double shift) =>
        first.Length < 2 || second.Length < 2 ? 0 : Of(Moments(first), Moments(second), shift);

    private static double Of(Moment first, Moment second, double shift)
    {
        var (m1, m2) = (first.Mean, second.Mean + shift);
        var error = Math.Sqrt((first.Variance / first.N) + (second.Variance / second.N));
        return error > 0 ? (m1 - m2) / error : m1.Equals(m2) ? 0 : m1 > m2 ? double.PositiveInfinity : double.NegativeInfinity;
    }

    private static Moment Moments(ReadOnlySpan<double> values)
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

        return new(mean, squares / (n - 1), n);
    }

    private static Moment Squares(ReadOnlySpan<double> values)
    {
        var centre = Moments(values).Mean;
        var (mean, squares, n) = (0.0, 0.0, 0);
        foreach (var value in values)
        {
            n++;
            var square = (value - centre) * (value - centre);
            var delta = square - mean;
            mean += delta / n;
            squares += delta * (square - mean);
        }

        return new(mean, squares / (n - 1), n);
    }

    private readonly record struct Moment(double Mean, double Variance, int N);
}

/// <summary>A t and what gave it.</summary>
/// <param name="T">Welch's t; positive where the first list is slower, or at order 2 scatters more.</param>
/// <param name="Crop">Share of the samples that was kept.</param>
/// <param name="Order">1 for the durations, 2 for their squared distances from the mean.</param>
/// <param name="First">Samples of the first list that were kept.</param>
/// <param name="Second">Samples of the second list that were kept.</param>
public readonly record struct CroppedT(double T, double Crop, int Order, int First, int Second);
