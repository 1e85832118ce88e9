namespace Harness.Record;

/// <summary>The definitions of the order statistics that judgements and reports share.</summary>
public static class OrderStatistics
{
    /// <summary>Samples below which a 99th percentile has fewer than ten values beyond it.</summary>
    public const int SamplesForP99 = 1000;

    /// <summary>Equal values of an exact clock that make a set complete.</summary>
    public const int EqualValuesForExact = 3;

    /// <summary>True where a set of exact provenance has at least 3 values, all equal: percentiles add nothing to it.</summary>
    /// <param name="sorted">Ascending.</param>
    /// <param name="provenance">Their provenance.</param>
    public static bool IsExact(ReadOnlySpan<double> sorted, Provenance provenance) =>
        provenance.IsExactCount()
        && sorted.Length >= EqualValuesForExact && sorted[0].Equals(sorted[^1]);

    /// <summary>Gets the middle value; the mean of the two middle ones when their number is even.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    public static double Median(ReadOnlySpan<double> sorted)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(sorted));
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : sorted[middle - 1] + ((sorted[middle] - sorted[middle - 1]) / 2);
    }

    /// <summary>
    /// Gets the nearest-rank percentile: the smallest value that at least <paramref name="percent"/> % of the values do not exceed.
    /// It is always a value that was measured, never an interpolation into a gap without samples.
    /// </summary>
    /// <param name="sorted">At least one value, ascending.</param>
    /// <param name="percent">1 to 100.</param>
    public static double Percentile(ReadOnlySpan<double> sorted, int percent)
    {
        ArgumentOutOfRangeException.ThrowIfZero(sorted.Length, nameof(sorted));
        ArgumentOutOfRangeException.ThrowIfLessThan(percent, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(percent, 100);
        var rank = (((long)percent * sorted.Length) + 99) / 100;
        return sorted[(int)rank - 1];
    }

    /// <summary>Gets the median absolute deviation from the median, unscaled.</summary>
    /// <param name="sorted">At least one value, ascending.</param>
    public static double MedianAbsoluteDeviation(ReadOnlySpan<double> sorted)
    {
        var median = Median(sorted);
        var deviations = new double[sorted.Length];
        for (var i = 0; i < sorted.Length; i++)
        {
            deviations[i] = Math.Abs(sorted[i] - median);
        }

        Array.Sort(deviations);
        return Median(deviations);
    }
}
