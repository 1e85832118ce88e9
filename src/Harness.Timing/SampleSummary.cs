namespace Harness.Timing;

/// <summary>Summary statistics of a set of samples of one unit and provenance.</summary>
/// <param name="N">The number of samples.</param>
/// <param name="Min">Smallest.</param>
/// <param name="P50">Median.</param>
/// <param name="P90">90th percentile, nearest rank.</param>
/// <param name="P99">99th percentile, nearest rank; see <see cref="P99IsMarked"/>.</param>
/// <param name="Max">Largest.</param>
/// <param name="Mad">Median absolute deviation from the median, unscaled.</param>
/// <param name="IsExact">
/// On exact provenance at least 3 values, all equal: the set is complete, and percentiles of it say nothing more.
/// </param>
public sealed record SampleSummary(
    int N, double Min, double P50, double P90, double P99, double Max, double Mad, bool IsExact)
{
    /// <summary>True where p99 is not reliable: fewer than 1000 samples that are not exact.</summary>
    public bool P99IsMarked => !IsExact && N < OrderStatistics.SamplesForP99;

    /// <summary>Summarises values.</summary>
    /// <param name="values">At least one, each a number.</param>
    /// <param name="provenance">Their provenance.</param>
    /// <exception cref="ArgumentException">There are none, or one is not a number.</exception>
    public static SampleSummary Of(IEnumerable<double> values, Provenance provenance)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return OfSorted(sorted, provenance);
    }

    /// <summary>Summarises values in ascending order, like <see cref="Of"/>.</summary>
    /// <exception cref="ArgumentException">There are none, or one is not a number.</exception>
    public static SampleSummary OfSorted(double[] sorted, Provenance provenance)
    {
        // Not-a-number sorts ahead of every number.
        ArgumentNullException.ThrowIfNull(sorted);
        if (sorted.Length == 0 || double.IsNaN(sorted[0]))
        {
            throw new ArgumentException("expected at least one sample, each a number", nameof(sorted));
        }

        return new SampleSummary(
            sorted.Length,
            sorted[0],
            OrderStatistics.Median(sorted),
            OrderStatistics.Percentile(sorted, 90),
            OrderStatistics.Percentile(sorted, 99),
            sorted[^1],
            OrderStatistics.MedianAbsoluteDeviation(sorted),
            OrderStatistics.IsExact(sorted, provenance));
    }

    /// <summary>Gets the value of one statistic.</summary>
    public double this[Statistic statistic] => statistic switch
    {
        Statistic.Max => Max,
        Statistic.Median => P50,
        Statistic.P90 => P90,
        Statistic.P99 => P99,
        Statistic.Min => Min,
        _ => throw new ArgumentOutOfRangeException(nameof(statistic), statistic, null),
    };
}
