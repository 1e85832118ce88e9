namespace Harness.Bench.Measuring;

/// <summary>
/// A fixed reference workload, timed right after every sample that is taken in this process. Other load makes a machine faster and slower for
/// minutes; it changes this workload's time by the same factor, so the quotient of the two depends on the code alone.
/// </summary>
/// <remarks>
/// The workload depends on the operation (<see cref="MeasuredOperationAttribute.Workload"/>): on one machine other load slowed P-256 by 1.30 and a product of
/// long integers by 1.20, but PRESENT not at all.
/// </remarks>
internal sealed class ReferenceWorkload
{
    private const double MinimumNanoseconds = 2_000;
    private const double MaximumNanoseconds = 200_000;
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private readonly Action _work;
    private readonly double[] _taken;
    private int _count;
    private int _pieces = 1;

    /// <summary>Creates a reference workload with a fixed capacity.</summary>
    /// <param name="kind">The workload's name, which the measured operation declares.</param>
    /// <param name="capacity">The maximum number of samples.</param>
    public ReferenceWorkload(string kind, int capacity)
    {
        Kind = kind;
        _work = ReferenceWorkloads.Of(Kind);
        _taken = new double[capacity];
    }

    /// <summary>Name of the workload.</summary>
    public string Kind { get; }

    /// <summary>Nanoseconds of one piece of work, for each sample in order.</summary>
    public ReadOnlySpan<double> Taken => _taken.AsSpan(0, _count);

    /// <summary>
    /// Sets the number of pieces so that they take about as long as one sample, within 2 to 200 µs: a shorter time is near the clock's resolution, a
    /// longer one doubles the run.
    /// </summary>
    /// <param name="nanoseconds">Duration of one sample in nanoseconds.</param>
    public void Fit(double nanoseconds)
    {
        var one = double.MaxValue;
        for (var i = 0; i < 200; i++)
        {
            one = Math.Min(one, Time(4) / 4);
        }

        _pieces = Math.Max(1, (int)(Math.Clamp(nanoseconds, MinimumNanoseconds, MaximumNanoseconds) / one));
    }

    /// <summary>Times the workload once.</summary>
    public void Take() => _taken[_count++] = Time(_pieces) / _pieces;

    /// <summary>Describes the machine's speed in one sentence.</summary>
    public string Description()
    {
        double[] sorted = [.. _taken.AsSpan(0, _count)];
        Array.Sort(sorted);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"speed of this machine: {OrderStatistics.Median(sorted):F1} ns for a fixed piece of work ({Kind}), timed beside every sample "
            + $"(p10 {OrderStatistics.Percentile(sorted, 10):F1}, p90 {OrderStatistics.Percentile(sorted, 90):F1})");
    }

    private double Time(int pieces)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < pieces; i++)
        {
            _work();
        }

        return (Stopwatch.GetTimestamp() - start) * NanosecondsPerTick;
    }
}
