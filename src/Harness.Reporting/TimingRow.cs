namespace Harness.Reporting;

/// <summary>The numbers of one operation of one device by one clock, over the whole run.</summary>
/// <param name="Device">The device.</param>
/// <param name="Operation">The operation.</param>
/// <param name="Unit">The unit of every number in the row.</param>
/// <param name="Clock">The clock that took the samples.</param>
/// <param name="Provenance">Provenance of the samples.</param>
/// <param name="N">The number of samples.</param>
/// <param name="Min">The smallest sample.</param>
/// <param name="P50">Median.</param>
/// <param name="Max">The largest sample.</param>
/// <param name="P99">99th percentile, nearest rank; null below 1000 samples, too few for it.</param>
/// <param name="IsExact">True for at least 3 equal values of an exact clock: the set is complete.</param>
public sealed record TimingRow(
    string Device,
    string Operation,
    Unit Unit,
    ClockKind Clock,
    Provenance Provenance,
    int N,
    double Min,
    double P50,
    double Max,
    double? P99,
    bool IsExact)
{
    /// <summary>Gets a row for each device, operation, clock, provenance and unit, in the order of their first sample.</summary>
    internal static IReadOnlyList<TimingRow> From(IEnumerable<SampleTaken> samples) =>
    [
        .. samples
            .GroupBy(s => (s.Device, s.Operation, s.Unit, s.Clock, s.Provenance))
            .Select(group => Of(group.Key, [.. group.Select(s => s.Value).Order()])),
    ];

    /// <summary>The rows of scenarios: those of their samples, then those of which the record holds the numbers alone.</summary>
    internal static IReadOnlyList<TimingRow> From(IReadOnlyCollection<ScenarioResult> scenarios) =>
    [
        .. From(scenarios.SelectMany(s => s.Samples)),
        .. scenarios.SelectMany(s => s.Summaries).Select(s => new TimingRow(s.Device, s.Operation, s.Unit, s.Clock, s.Provenance, s.N, s.Min, s.P50, s.Max, s.P99, s.IsExact)),
    ];

    private static TimingRow Of((string Device, string Operation, Unit Unit, ClockKind Clock, Provenance Provenance) of, double[] sorted) =>
        new(
            of.Device,
            of.Operation,
            of.Unit,
            of.Clock,
            of.Provenance,
            sorted.Length,
            sorted[0],
            OrderStatistics.Median(sorted),
            sorted[^1],
            sorted.Length >= OrderStatistics.SamplesForP99 ? OrderStatistics.Percentile(sorted, 99) : null,
            OrderStatistics.IsExact(sorted, of.Provenance));
}
