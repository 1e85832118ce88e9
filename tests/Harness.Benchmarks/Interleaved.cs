namespace Harness.Benchmarks;

/// <summary>Times several implementations in turn, so that a disturbance of the machine affects all of them alike.</summary>
/// <remarks>
/// The first implementation is the reference for the others. Host clock (Stopwatch); medians over n rounds after a warm-up. On a busy
/// machine the longer one is interrupted more often and its median rises more, which lowers the ratio: so the ratio of the
/// minima is printed beside it, and a spread of medians over minima is reported.
/// </remarks>
internal sealed class Interleaved(string title, int rounds, int warmUp)
{
    private readonly List<(string Name, Action Work, double[] Microseconds)> _ways = [];

    public Interleaved Add(string name, Action work)
    {
        _ways.Add((name, work, new double[rounds]));
        return this;
    }

    /// <summary>Runs and prints; returns median and minimum in µs for each implementation, in the order added.</summary>
    public IReadOnlyList<(double Median, double Minimum)> Run(TextWriter output)
    {
        for (var i = 0; i < warmUp; i++)
        {
            foreach (var (_, work, _) in _ways)
            {
                work();
            }
        }

        // Tiered compilation replaces frequent methods in the background, after 100 ms.
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

        (double Median, double Minimum)[] results =
            [.. _ways.Select(w => (Percentile(w.Microseconds, 0.5), w.Microseconds[0]))];
        output.WriteLine();
        output.WriteLine($"{title} (host clock, n = {rounds}, interleaved)");
        output.WriteLine($"  {"",-46} {"median",12} {"min",12} {"p90",12}   ratio by median, by min");
        foreach (var (way, result) in _ways.Zip(results))
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {way.Name,-46} {result.Median,9:F1} µs {result.Minimum,9:F1} µs {Percentile(way.Microseconds, 0.9),9:F1} µs"
                + $"   {result.Median / results[0].Median,7:F2}x {result.Minimum / results[0].Minimum,7:F2}x"));
        }

        if (results.Any(r => r.Median > 1.25 * r.Minimum))
        {
            output.WriteLine("  (a median is more than 25 % above its minimum: the machine was busy; trust the ratio by minimum)");
        }

        return results;
    }

    private static double Percentile(double[] sorted, double p) => sorted[(int)(p * (sorted.Length - 1))];
}
