using System.Diagnostics;
using System.Globalization;

namespace Harness.Benchmarks;

/// <summary>Times several ways to do one thing in turn, so that a disturbance of the machine falls on all of them alike.</summary>
/// <remarks>The first way is the one the others are compared with. Host clock (Stopwatch); medians over n rounds after a warm-up.</remarks>
internal sealed class Interleaved(string title, int rounds, int warmUp)
{
    private readonly List<(string Name, Action Work, double[] Microseconds)> _ways = [];

    public Interleaved Add(string name, Action work)
    {
        _ways.Add((name, work, new double[rounds]));
        return this;
    }

    /// <summary>Runs and prints; returns the medians in µs, in the order added.</summary>
    public IReadOnlyList<double> Run(TextWriter output)
    {
        for (var i = 0; i < warmUp; i++)
        {
            foreach (var (_, work, _) in _ways)
            {
                work();
            }
        }

        // Tiered compilation replaces hot methods in the background, 100 ms after they became hot.
        Thread.Sleep(300);
        for (var i = 0; i < rounds; i++)
        {
            foreach (var (_, work, samples) in _ways)
            {
                var start = Stopwatch.GetTimestamp();
                work();
                samples[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            }
        }

        foreach (var (_, _, samples) in _ways)
        {
            Array.Sort(samples);
        }

        var first = Percentile(_ways[0].Microseconds, 0.5);
        output.WriteLine();
        output.WriteLine($"{title} (host clock, n = {rounds}, interleaved)");
        output.WriteLine($"  {"",-46} {"median",12} {"p10",12} {"p90",12} {"ratio",8}");
        foreach (var (name, _, samples) in _ways)
        {
            var median = Percentile(samples, 0.5);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {name,-46} {median,9:F1} µs {Percentile(samples, 0.1),9:F1} µs {Percentile(samples, 0.9),9:F1} µs {median / first,7:F2}x"));
        }

        return [.. _ways.Select(w => Percentile(w.Microseconds, 0.5))];
    }

    private static double Percentile(double[] sorted, double p) => sorted[(int)(p * (sorted.Length - 1))];
}
