namespace Harness.Timing.Leaks;

/// <summary>
/// Welch's t of two lists of durations, as in dudect (Reparaz, Balasch, Verbauwhede 2017): of the durations and of their squared distances from their
/// mean, each on the whole lists and with their long tails cropped.
/// </summary>
/// <remarks>
/// The first order shows that one class takes longer; the second, that one class scatters more, as with a branch that is taken on some inputs only. A
/// crop is common to both lists, so that it cuts the tail of both alike. One test consists of 14 such t, which depend on each other:
/// lists without a difference reach |t| = 4.5 in about 1 of 10,000 tests, whatever their shape (seen: 34 of 365,000).
/// </remarks>
public static class WelchTest
{
    /// <summary>Fewest samples of each list below a cut for a t.</summary>
    public const int MinimumKept = 40;

    /// <summary>Shares of both lists together below which samples are kept.</summary>
    public static IReadOnlyList<double> Crops { get; } = [1.0, 0.99, 0.95, 0.90, 0.75, 0.50, 0.25];

    /// <summary>
    /// Computes t of two lists: positive where the first is slower. Equal constants give 0, different ones infinity; a list of fewer than two
    /// values gives no difference.
    /// </summary>
    public static double T(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        first.Length < 2 || second.Length < 2 ? 0 : Of(Moments(first), Moments(second));

    /// <summary>Computes t of the squared distances from each list's mean: positive where the first scatters more.</summary>
    public static double TOfSquares(ReadOnlySpan<double> first, ReadOnlySpan<double> second) =>
        first.Length < 2 || second.Length < 2 ? 0 : Of(Squares(first, Moments(first).Mean), Squares(second, Moments(second).Mean));

    /// <summary>Finds the t of largest magnitude over all crops and both orders.</summary>
    public static CroppedT Largest(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return OfSorted([.. first.Order()], [.. second.Order()]);
    }

    /// <summary>
    /// The smallest difference that these samples would have shown: were the second list slower, or faster, by it throughout, <see cref="Largest"/>
    /// would have reached the threshold. The larger of the two.
    /// </summary>
    /// <remarks>
    /// Values are multiples of the clock's step, the smallest gap between two of them. A difference of a fraction of a step moves the same fraction of the samples by a
    /// whole step, because moving all samples by the fraction would separate values that the clock shows as equal.
    /// </remarks>
    public static double Resolves(IReadOnlyList<double> first, IReadOnlyList<double> second, double threshold)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        double[] a = [.. first.Order()], b = [.. second.Order()];
        var step = Step([.. a.Concat(b).Order()]);
        return Math.Max(Smallest(1), Smallest(-1));

        bool Shows(double shift) => Math.Abs(OfSorted(a, Moved(b, shift, step)).T) >= threshold;

        double Smallest(int sign)
        {
            var (below, above) = (0.0, step / 1024);
            while (!Shows(sign * above))
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
                (below, above) = Shows(sign * middle) ? (below, middle) : (middle, above);
            }

            return above;
        }
    }

    private static double Step(double[] sorted)
    {
        var step = double.PositiveInfinity;
        for (var i = 1; i < sorted.Length; i++)
        {
            step = sorted[i] > sorted[i - 1] ? Math.Min(step, sorted[i] - sorted[i - 1]) : step;
        }

        return double.IsFinite(step) ? step : 1; // a single value: the step is one unit
    }

    private static double[] Moved(double[] sorted, double shift, double step)
    {
        const double GoldenRatio = 0.6180339887498949; // its multiples fall evenly between two whole numbers
        var whole = Math.Floor(shift / step);
        var part = (shift / step) - whole;
        var moved = new double[sorted.Length];
        for (var i = 0; i < moved.Length; i++)
        {
            var place = i * GoldenRatio;
            moved[i] = sorted[i] + (step * (whole + (place - Math.Floor(place) < part ? 1 : 0)));
        }

        Array.Sort(moved);
        return moved;
    }

    private static CroppedT OfSorted(double[] a, double[] b)
    {
        var best = new CroppedT(0, 1, 1, a.Length, b.Length, 0);
        if (a.Length == 0 || b.Length == 0)
        {
            return best;
        }

        foreach (var crop in Crops)
        {
            var (keptA, keptB) = Keep(a, b, (int)(crop * (a.Length + b.Length - 1)));
            ReadOnlySpan<double> cutA = a.AsSpan(0, keptA), cutB = b.AsSpan(0, keptB);
            var whole = crop >= 1;
            if (!whole && Math.Min(keptA, keptB) < MinimumKept)
            {
                // If the cut separates the lists, much of the faster one lies below it and hardly any of the slower: that is a difference too.
                if (Math.Max(keptA, keptB) >= 2 * MinimumKept && Math.Min(keptA, keptB) * 10 < Math.Max(keptA, keptB))
                {
                    Take(keptA < keptB ? double.PositiveInfinity : double.NegativeInfinity, 1, double.NaN);
                }

                continue;
            }

            if (Math.Min(keptA, keptB) >= 2)
            {
                Moment ofA = Moments(cutA), ofB = Moments(cutB), squaresOfA = Squares(cutA, ofA.Mean), squaresOfB = Squares(cutB, ofB.Mean);
                Take(Of(ofA, ofB), 1, ofA.Mean - ofB.Mean);
                Take(Of(squaresOfA, squaresOfB), 2, Math.Sqrt(squaresOfA.Mean) - Math.Sqrt(squaresOfB.Mean));
            }

            void Take(double t, int order, double apart)
            {
                if (Math.Abs(t) > Math.Abs(best.T))
                {
                    best = new CroppedT(t, crop, order, keptA, keptB, apart);
                }
            }
        }

        return best;
    }

    /// <summary>Counts the values of each sorted list that are at most the value of that rank among both.</summary>
    private static (int A, int B) Keep(double[] a, double[] b, int rank)
    {
        var (i, j, limit) = (0, 0, double.NegativeInfinity);
        while (i + j <= rank)
        {
            limit = j == b.Length || (i < a.Length && a[i] <= b[j]) ? a[i++] : b[j++];
        }

        while (i < a.Length && a[i] <= limit)
        {
            i++;
        }

        while (j < b.Length && b[j] <= limit)
        {
            j++;
        }

        return (i, j);
    }

    private static double Of(Moment first, Moment second)
    {
        var (m1, m2) = (first.Mean, second.Mean);
        var error = Math.Sqrt((first.Variance / first.N) + (second.Variance / second.N));
        return error > 0 ? (m1 - m2) / error : m1.Equals(m2) ? 0 : m1 > m2 ? double.PositiveInfinity : double.NegativeInfinity;
    }

    private static Moment Moments(ReadOnlySpan<double> values)
    {
        var (mean, squares, n) = (0.0, 0.0, 0);
        foreach (var value in values)
        {
            // Welford's algorithm: with a mean of 10^9 cycles the plain sum would leave no digits for differences of single cycles.
            n++;
            var delta = value - mean;
            mean += delta / n;
            squares += delta * (value - mean);
        }

        return new(mean, squares / (n - 1), n);
    }

    private static Moment Squares(ReadOnlySpan<double> values, double centre)
    {
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

/// <summary>A t with the crop and order that gave it.</summary>
/// <param name="T">Welch's t; positive where the first list is slower, or at order 2 scatters more.</param>
/// <param name="Crop">Share of the samples that was kept.</param>
/// <param name="Order">1 for the durations, 2 for their squared distances from the mean.</param>
/// <param name="First">Samples of the first list that were kept.</param>
/// <param name="Second">Samples of the second list that were kept.</param>
/// <param name="Apart">Mean of the first less that of the second over the samples kept; at order 2 of their spreads. Not-a-number where a cut separates the lists.</param>
public readonly record struct CroppedT(double T, double Crop, int Order, int First, int Second, double Apart);
