namespace Harness.Timing.Statistics;

/// <summary>
/// Percentile bootstrap of order statistics, seeded, which never writes a resample down. Drawing n values of n with
/// replacement and taking the k-th smallest gives x(J) with J = ceil(n U), U the k-th smallest of n uniforms, which is
/// Beta(k, n-k+1) (David and Nagaraja, Order Statistics, 2.5). So one draw of a Beta is one resample, exactly, whatever n is.
/// </summary>
public static class Bootstrap
{
    /// <summary>Resamples of an interval.</summary>
    public const int Resamples = 2000;

    /// <summary>Confidence of the intervals that reports print.</summary>
    public const double Confidence = 0.95;

    /// <summary>The default seed.</summary>
    public const ulong DefaultSeed = 20260101;

    /// <summary>Computes the interval of a nearest-rank percentile (<see cref="Record.OrderStatistics.Percentile"/>).</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="percent">1 to 100.</param>
    /// <param name="random">The seeded generator.</param>
    /// <param name="confidence">0.95 for 95 %.</param>
    public static Interval Percentile(double[] sorted, int percent, SeededRandom random, double confidence = Confidence)
    {
        ArgumentNullException.ThrowIfNull(random);
        Check(sorted, confidence);
        var rank = Rank(sorted, percent);
        return Ends(() => At(sorted, random.NextBeta(rank, sorted.Length - rank + 1)), confidence);
    }

    /// <summary>Computes the interval of the median; of an even number of values it is the mean of the two middle ones, as printed.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="random">The seeded generator.</param>
    /// <param name="confidence">0.95 for 95 %.</param>
    public static Interval Median(double[] sorted, SeededRandom random, double confidence = Confidence)
    {
        ArgumentNullException.ThrowIfNull(random);
        Check(sorted, confidence);
        return Ends(() => MedianOfResample(sorted, random), confidence);
    }

    /// <summary>Computes the interval of median(second) / median(first), each resampled independently.</summary>
    /// <param name="first">At least one positive value, ascending: the reference.</param>
    /// <param name="second">At least one value, ascending.</param>
    /// <param name="random">The seeded generator.</param>
    /// <param name="confidence">0.95 for 95 %.</param>
    /// <param name="resamples">The number of resamples; an end at confidence c needs some multiples of 1/(1-c).</param>
    public static Interval RatioOfMedians(
        double[] first, double[] second, SeededRandom random, double confidence = Confidence, int resamples = Resamples)
    {
        ArgumentNullException.ThrowIfNull(random);
        Check(first, confidence);
        Check(second, confidence);
        return Ends(() => MedianOfResample(second, random) / MedianOfResample(first, random), confidence, resamples);
    }

    /// <summary>Computes the interval of the ratio of a nearest-rank percentile of the second to that of the first, each resampled independently.</summary>
    /// <param name="first">At least one positive value, ascending: the reference.</param>
    /// <param name="second">At least one value, ascending.</param>
    /// <param name="percent">1 to 100.</param>
    /// <param name="random">The seeded generator.</param>
    /// <param name="confidence">0.95 for 95 %.</param>
    /// <param name="resamples">The number of resamples.</param>
    public static Interval RatioOfPercentiles(
        double[] first, double[] second, int percent, SeededRandom random, double confidence = Confidence, int resamples = Resamples)
    {
        ArgumentNullException.ThrowIfNull(random);
        Check(first, confidence);
        Check(second, confidence);
        double Draw(double[] sorted)
        {
            var rank = Rank(sorted, percent);
            return At(sorted, random.NextBeta(rank, sorted.Length - rank + 1));
        }

        return Ends(() => Draw(second) / Draw(first), confidence, resamples);
    }

    /// <summary>Computes the interval of the mean; each resample is drawn value by value.</summary>
    /// <param name="values">At least one value, in any order.</param>
    /// <param name="random">The seeded generator.</param>
    /// <param name="confidence">0.95 for 95 %.</param>
    public static Interval Mean(double[] values, SeededRandom random, double confidence = Confidence)
    {
        ArgumentNullException.ThrowIfNull(random);
        Check(values, confidence);
        double Draw()
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                sum += values[random.NextBelow(values.Length)];
            }

            return sum / values.Length;
        }

        return Ends(Draw, confidence);
    }

    private static int Rank(double[] sorted, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        return (int)((((long)percent * sorted.Length) + 99) / 100);
    }

    private static double MedianOfResample(double[] sorted, SeededRandom random)
    {
        var n = sorted.Length;
        var k = (n + 1) / 2;
        var u = random.NextBeta(k, n - k + 1);
        if (n % 2 == 1)
        {
            return At(sorted, u);
        }

        // The next uniform above the k-th is the smallest of the n-k that remain, uniform on the remaining range.
        var next = u + ((1 - u) * (1 - Math.Pow(random.NextUnit(), 1.0 / (n - k))));
        var (low, high) = (At(sorted, u), At(sorted, next));
        return low + ((high - low) / 2);
    }

    private static double At(double[] sorted, double u) => sorted[Math.Clamp((int)Math.Ceiling(u * sorted.Length), 1, sorted.Length) - 1];

    private static Interval Ends(Func<double> draw, double confidence, int resamples = Resamples)
    {
        var values = new double[resamples];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = draw();
        }

        Array.Sort(values);
        var tail = (1 - confidence) / 2;
        var low = (int)Math.Floor(tail * resamples);
        return new Interval(values[low], values[resamples - 1 - low], confidence);
    }

    private static void Check(double[] sorted, double confidence)
    {
        ArgumentNullException.ThrowIfNull(sorted);
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(sorted));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(confidence, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(confidence, 1);
    }
}
