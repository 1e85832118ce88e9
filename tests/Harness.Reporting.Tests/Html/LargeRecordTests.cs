using System.Diagnostics;

namespace Harness.Reporting.Tests.Html;

/// <summary>The report's limits: 500 scenarios and a million samples in 3 s of processor time, without holding the record.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class LargeRecordTests
{
    private const int Scenarios = 500;
    private const int Samples = 2000;
    private const long MostBytes = 300L << 20;

    [TestCase("1016.25", "1.016 µs")]
    [TestCase("\"NaN\"", "1000000 samples are no finite number")]
    [TestCase("-5", "1000000 samples are below zero")]
    public void A_million_samples_take_at_most_3_seconds_of_processor_time_and_300_MB_whatever_they_are(string value, string says)
    {
        using var run = new TemporaryRun([Runs.Started(Scenarios)]);
        using (var lines = File.AppendText(run.Record))
        {
            for (var i = 0; i < Scenarios; i++)
            {
                Write(lines, i, value);
            }
        }

        var report = Path.Combine(run.Path, HtmlReport.FileName);
        // The most memory is that of this, and not of the tests before in the same process.
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        File.WriteAllText("/proc/self/clear_refs", "5");
        var best = Enumerable.Range(0, 3).Min(_ =>
        {
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            using var page = File.Create(report);
            HtmlReport.Write(run.Path, page);
            Assert.That(page.Length, Is.LessThan(5_000_000));
            return Process.GetCurrentProcess().TotalProcessorTime - before;
        });
        var memory = Process.GetCurrentProcess().PeakWorkingSet64;
        TestContext.Out.WriteLine($"{value}: {best.TotalSeconds:F2} s of processor time, {memory >> 20} MB at most");
        Assert.That(File.ReadAllText(report), Does.Contain(says));
        Assert.Multiple(() =>
        {
            Assert.That(best, Is.LessThan(TimeSpan.FromSeconds(3)));
            Assert.That(memory, Is.LessThan(MostBytes));
        });
    }

    private static void Write(StreamWriter lines, int i, string value)
    {
        const string At = "\"at\":\"2026-03-14T15:09:26.5351234+00:00\",\"previous\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"";
        var seq = 2 + (i * (Samples + 2));
        var id = $"features/f{i % 20}.feature:{i}";
        lines.Write($"{{\"event\":\"scenario-started\",\"seq\":{seq++},{At},\"id\":\"{id}\",\"feature\":\"F\",\"name\":\"S {i}\",\"tags\":[],\"index\":1,\"of\":500}}\n");
        for (var s = 0; s < Samples; s++)
        {
            lines.Write($"{{\"event\":\"sample-taken\",\"seq\":{seq++},{At},\"scenario\":\"{id}\",\"device\":\"m4\",\"operation\":\"op {i % 20}\",\"value\":{value},\"unit\":\"ns\",\"clock\":\"device\",\"provenance\":\"hardware\"}}\n");
        }

        lines.Write($"{{\"event\":\"scenario-finished\",\"seq\":{seq},{At},\"id\":\"{id}\",\"name\":\"S {i}\",\"verdict\":\"pass\",\"duration_ms\":5,\"transcripts\":[]}}\n");
    }
}
