using System.Diagnostics;
using System.Globalization;
using Harness.Record;

namespace Harness.Bench.Measuring;

/// <summary>
/// A fixed piece of work, timed right after every sample that is taken in this process. A machine with neighbours runs faster and slower for
/// minutes; whatever moved this moved the sample too, and what is left when it is divided out is the code.
/// </summary>
/// <remarks>
/// Which work it is follows the operation (<see cref="YardstickWork.KindOf"/>): on one machine a neighbour moved P-256 by 1.30 and a product of
/// long integers by 1.20, but PRESENT by nothing.
/// </remarks>
internal sealed class Yardstick
{
    private const double LeastNanoseconds = 2_000;
    private const double MostNanoseconds = 200_000;
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;
    private readonly Action _work;
    private readonly double[] _taken;
    private int _count;
    private int _pieces = 1;

    /// <summary>A yardstick with room.</summary>
    /// <param name="operation">What is measured.</param>
    /// <param name="capacity">Most times it will be held beside a sample.</param>
    public Yardstick(string operation, int capacity)
    {
        Kind = YardstickWork.KindOf(operation);
        _work = YardstickWork.Of(Kind);
        _taken = new double[capacity];
    }

    /// <summary>Names the work.</summary>
    public string Kind { get; }

    /// <summary>Nanoseconds of one piece, in the order taken.</summary>
    public ReadOnlySpan<double> Taken => _taken.AsSpan(0, _count);

    /// <summary>Makes it about as long as what it is held beside, within 2 to 200 µs: shorter would be the clock's step, longer a second run.</summary>
    /// <param name="nanoseconds">What one sample takes.</param>
    public void Fit(double nanoseconds)
    {
        var one = double.MaxValue;
        for (var i = 0; i < 200; i++)
        {
            one = Math.Min(one, Time(4) / 4);
        }

        _pieces = Math.Max(1, (int)(Math.Clamp(nanoseconds, LeastNanoseconds, MostNanoseconds) / one));
    }

    /// <summary>Takes it once.</summary>
    public void Take() => _taken[_count++] = Time(_pieces) / _pieces;

    /// <summary>How fast the machine was, in one sentence.</summary>
    public string Words()
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
