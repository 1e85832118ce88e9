using Harness.Bench;
using Harness.Bench.Measuring;
using Harness.Bench.Rig;
using Harness.Record;
using Harness.Timing.Statistics;

namespace Harness.Benchmarks;

/// <summary>Measures the overhead of <c>measure</c> over a raw poll loop on the same line, with a far end that answers every request after some 60 µs.</summary>
/// <remarks>
/// Both ask for the same operation with the same bytes on a pseudo-terminal, on the same kind of thread (pinned, real-time where allowed), in turns of
/// rounds; the raw loop formats nothing and parses no number. Host clock; per sample over each round, so that all of measure's work counts.
/// </remarks>
internal sealed class MeasureBenchmark : IBenchmark
{
    private const int Rounds = 40;
    private const int Samples = 500;

    public string Name => "measure";

    public void Run(TextWriter output)
    {
        using var far = new AnsweringTerminal(TimeSpan.FromMicroseconds(60));
        var raw = new double[Rounds];
        var measured = new double[Rounds];
        for (var i = 0; i < Rounds + 1; i++)
        {
            var one = MeasuringThread.RunAsync(_ => far.RawLoop(Samples), realTime: true).GetAwaiter().GetResult();
            var other = Measure(far.Path);
            if (i > 0)
            {
                (raw[i - 1], measured[i - 1]) = (one, other);
            }
        }

        var random = new SeededRandom(1);

        // Other load changes within seconds: two rounds in succession share it, two medians over a minute do not.
        double[] paired = [.. raw.Zip(measured, (one, other) => other / one).Order()];
        Array.Sort(raw);
        Array.Sort(measured);
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"measure over a line (host clock, {Rounds} rounds of {Samples} samples in turns, µs a sample): raw poll loop median {raw[Rounds / 2]:F1} min {raw[0]:F1}, "
            + $"measure median {measured[Rounds / 2]:F1} min {measured[0]:F1}; ratio within a turn, median {OrderStatistics.Median(paired):F3} ({Bootstrap.Median(paired, random)}), "
            + $"by median {measured[Rounds / 2] / raw[Rounds / 2]:F3} "
            + $"({Bootstrap.RatioOfMedians(raw, measured, random)}), by first quarter {measured[Rounds / 4] / raw[Rounds / 4]:F3}, by minimum {measured[0] / raw[0]:F3}"));
    }

    /// <summary>Measures µs per sample of a whole measuring run, without calibration and warm-up.</summary>
    private static double Measure(string path)
    {
        var rig = RigFile.Parse(
            $"rig: benchmark\nserver: s\ndevices:\n  far: {{kind: serial, driver: tty, port: {path}, tick_unit: cycles, provenance: hardware}}\n", "/benchmark.yaml");
        return Task.Run(async () =>
        {
            await using var bench = new TestBench(rig, new TestBenchOptions());
            var result = await new MeasureRun(bench).RunAsync(
                new MeasureRequest("far", "sha256", Samples) { Calibrate = false, WarmUp = 200 }, _ => { }, CancellationToken.None);
            return result.Main.Values.Count == Samples && result.Main.Values.All(v => v.Equals(4819))
                ? result.TookMs * 1000 / Samples : throw new InvalidOperationException("the far end's numbers did not arrive");
        }).GetAwaiter().GetResult();
    }
}
