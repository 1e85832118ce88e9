namespace Harness.Timing.Statistics;

/// <summary>All statistics of a series: summary, intervals and modes.</summary>
/// <param name="Summary">n, min, p50, p90, p99, max, MAD.</param>
/// <param name="P50">Bootstrap interval of the median; null on a complete exact set.</param>
/// <param name="P99">Bootstrap interval of p99; null on a complete exact set.</param>
/// <param name="Modality">The test for more than one mode.</param>
/// <param name="Histogram">Counts by value.</param>
/// <param name="Seed">Seed of the bootstrap.</param>
public sealed record SeriesStatistics(
    SampleSummary Summary, Interval? P50, Interval? P99, Modality Modality, Histogram Histogram, ulong Seed)
{
    /// <summary>Computes the statistics. 10^6 values need two sorted copies (16 MB) and well under a second.</summary>
    /// <param name="values">At least one, each a number; in any order.</param>
    /// <param name="provenance">Their provenance.</param>
    /// <param name="seed">Seed of the bootstrap.</param>
    /// <exception cref="ArgumentException">There are none, or one is not a number.</exception>
    public static SeriesStatistics Of(IReadOnlyCollection<double> values, Provenance provenance, ulong seed = Bootstrap.DefaultSeed)
    {
        ArgumentNullException.ThrowIfNull(values);
        double[] sorted = [.. values];
        Array.Sort(sorted);
        var summary = SampleSummary.OfSorted(sorted, provenance);
        var random = new SeededRandom(seed);
        var modality = Harness.Timing.Statistics.Modality.Of(sorted, provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions ? 1 : null);
        return summary.IsExact
            ? new(summary, null, null, modality, Harness.Timing.Statistics.Histogram.Of(sorted), seed)
            : new(
                summary, Bootstrap.Median(sorted, random), Bootstrap.Percentile(sorted, 99, random), modality,
                Harness.Timing.Statistics.Histogram.Of(sorted), seed);
    }
}
