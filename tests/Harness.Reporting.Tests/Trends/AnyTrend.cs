using Harness.Record;
using Harness.Reporting.Trends;

namespace Harness.Reporting.Tests.Trends;

/// <summary>Sample trends.</summary>
internal static class AnyTrend
{
    /// <summary>A trend of seal on m4 that rises by a fifth in its middle, with a new build.</summary>
    public static Trend Of(int n) => new()
    {
        Operation = "seal", Device = "m4", Clock = "trigger", Provenance = "hardware", Unit = Unit.Microseconds, Board = "nucleo", Rig = "bench", Method = "change points: by a stated method",
        Points = [.. Enumerable.Range(0, n).Select(i => new TrendPoint(
            Runs.Start.AddHours(i), $"run-{i}", i < n / 2 ? "old-build" : "new-build", (i < n / 2 ? 100 : 120) + (i % 3), (i < n / 2 ? 99 : 119) + (i % 3), (i < n / 2 ? 101 : 121) + (i % 3)))],
        Changes = [new TrendChange(n / 2, 101, 121)], Floor = 2, Baseline = 100,
    };
}
