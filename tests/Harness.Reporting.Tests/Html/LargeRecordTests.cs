using System.Diagnostics;
using Harness.Record;
using Harness.Reporting.Html;

namespace Harness.Reporting.Tests.Html;

/// <summary>The report's limits: 500 scenarios and a million samples in 3 s and 300 MB.</summary>
[Category("Long")]
[NonParallelizable]
public sealed class LargeRecordTests
{
    [TestCase(false)]
    [TestCase(true)]
    public void A_report_of_a_million_samples_takes_at_most_3_seconds_of_processor_time_and_300_MB(bool odd)
    {
        using var run = new TemporaryRun([Runs.Started(500), .. Enumerable.Range(0, 500).SelectMany(i => Scenario(i, odd)), RunFinished.From(new VerdictCounts(500, 0, 0, 0, 0), 8)]);
        var best = Enumerable.Range(0, 3).Min(_ =>
        {
            GC.Collect();
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            using var page = File.Create(Path.Combine(run.Path, "report.html"));
            HtmlReport.Write(run.Path, page);
            Assert.That(page.Length, Is.LessThan(5_000_000));
            return Process.GetCurrentProcess().TotalProcessorTime - before;
        });
        TestContext.Out.WriteLine($"{(odd ? "not-a-number and negative" : "plain")}: {best.TotalSeconds:F2} s of processor time, heap {GC.GetTotalMemory(false) >> 20} MB, working set {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");
        Assert.That(best, Is.LessThan(TimeSpan.FromSeconds(3)));
    }

    private static IEnumerable<RunEvent> Scenario(int i, bool odd)
    {
        var id = $"features/f{i % 20}.feature:{i}";
        yield return Runs.Begin(id, $"Feature {i % 20}", $"Scenario {i}", i);
        for (var s = 0; s < 2000; s++)
        {
            var value = odd ? (s % 2 == 0 ? double.NaN : -s) : 1000 + (s * 31 % 977) + 0.25;
            yield return Runs.Sample(id, $"operation {i % 20}", value, ClockKind.Device) with { Provenance = Provenance.Hardware, Unit = Unit.Nanoseconds };
        }

        yield return Runs.End(id, $"Scenario {i}", Verdict.Pass, 5);
    }
}
