using Harness.Record;
using Harness.Timing.Statistics;

namespace Harness.Benchmarks;

/// <summary>Measures time and memory of every statistic for 10^6 samples.</summary>
internal sealed class StatisticsBenchmark : IBenchmark
{
    public string Name => "statistics";

    public void Run(TextWriter output)
    {
        var random = new SeededRandom(1);
        double[] values = [.. Enumerable.Range(0, 1_000_000).Select(_ => 5000 + (100 * random.NextNormal()) + (random.NextBelow(50) == 0 ? 40_000 * random.NextUnit() : 0))];
        output.WriteLine();
        for (var i = 0; i < 3; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var start = Stopwatch.GetTimestamp();
            var statistics = SeriesStatistics.Of(values, Provenance.Host);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"statistics of {values.Length} samples: {Stopwatch.GetElapsedTime(start).TotalSeconds:F2} s, {(GC.GetAllocatedBytesForCurrentThread() - before) / 1e6:F0} MB allocated "
                + $"beside the samples' {values.Length * 8 / 1e6:F0} MB; p50 {statistics.P50?.Format(Harness.Record.Unit.Nanoseconds)}, p99 {statistics.P99?.Format(Harness.Record.Unit.Nanoseconds)}, {statistics.Modality.Describe(Harness.Record.Unit.Nanoseconds)}"));
        }
    }
}
