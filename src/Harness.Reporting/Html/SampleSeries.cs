namespace Harness.Reporting.Html;

/// <summary>The samples of one operation of one device by one clock, with what was said of them.</summary>
internal sealed class SampleSeries
{
    private List<double> _values = [];
    private double[] _sorted = [];

    /// <summary>Device, operation, unit, clock and provenance of every sample.</summary>
    public required (string Device, string Operation, Unit Unit, ClockKind Clock, Provenance Provenance) Of { get; init; }

    /// <summary>The event that summarises the samples; null where the record holds each.</summary>
    public SamplesSummarized? Summary { get; init; }

    /// <summary>The values, ascending, each finite; empty where a summary's file could not be read.</summary>
    public IReadOnlyList<double> Sorted => _sorted;

    /// <summary>Samples that were no finite number.</summary>
    public int NotNumbers { get; private set; }

    /// <summary>Samples below zero, which no duration can be.</summary>
    public int Negative { get; private set; }

    /// <summary>The reason why there are no values to draw; null where there are.</summary>
    public string? NoValues { get; private set; }

    /// <summary>Number of samples.</summary>
    public int N => Summary?.N ?? Sorted.Count;

    /// <summary>Smallest.</summary>
    public double Min => Summary?.Min ?? At(0);

    /// <summary>Median.</summary>
    public double P50 => Summary?.P50 ?? (Sorted.Count == 0 ? double.NaN : OrderStatistics.Median(_sorted));

    /// <summary>99th percentile; null below 1000 samples.</summary>
    public double? P99 => Summary is { } s ? s.P99 : Sorted.Count >= OrderStatistics.SamplesForP99 ? OrderStatistics.Percentile(_sorted, 99) : null;

    /// <summary>Largest.</summary>
    public double Max => Summary?.Max ?? At(Sorted.Count - 1);

    /// <summary>At least 3 equal values of an exact clock.</summary>
    public bool IsExact => Summary?.IsExact ?? (Sorted.Count > 0 && OrderStatistics.IsExact(_sorted, Of.Provenance));

    /// <summary>Takes a sample.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            NotNumbers++;
            return;
        }

        Negative += value < 0 ? 1 : 0;
        _values.Add(value);
    }

    /// <summary>Sorts the samples taken so far.</summary>
    public void End()
    {
        _sorted = [.. _values];
        Array.Sort(_sorted);
        _values = [];
    }

    /// <summary>Notes that the values are not to be had.</summary>
    public void Lacks(string why) => NoValues = why;

    private double At(int index) => index >= 0 && index < Sorted.Count ? Sorted[index] : double.NaN;
}
