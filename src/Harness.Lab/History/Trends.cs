namespace Harness.Lab.History;

/// <summary>One value of a trend: the median of a series in a run.</summary>
/// <param name="At">Its time.</param>
/// <param name="RunId">The run.</param>
/// <param name="Build">The build that was measured.</param>
/// <param name="N">Samples behind it.</param>
/// <param name="Low">The smallest sample.</param>
/// <param name="P50">The median.</param>
/// <param name="High">The largest sample.</param>
/// <param name="P50Low">Lower end of the median's interval; null where none was computed.</param>
/// <param name="P50High">Upper end of the median's interval.</param>
/// <param name="Floor">The rig's noise; null where it was not known.</param>
/// <param name="Baseline">The median of the baseline held against; null where there was none.</param>
public sealed record TrendValue(
    DateTimeOffset At, string RunId, string Build, long N, double Low, double P50, double High, double? P50Low, double? P50High, double? Floor, double? Baseline);

/// <summary>The properties that comparable numbers share.</summary>
/// <param name="Clock">The clock's word.</param>
/// <param name="Provenance">The provenance's word.</param>
/// <param name="Unit">The unit's symbol.</param>
/// <param name="Board">The board; for the host its processor.</param>
/// <param name="Rig">The rig.</param>
public sealed record SeriesKey(string Clock, string Provenance, string Unit, string Board, string Rig);

/// <summary>The values of one operation of one device over runs, by one clock on one kind of board of one rig.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="Device">The device.</param>
/// <param name="Key">The properties that all values share.</param>
/// <param name="Values">The values, oldest first.</param>
/// <param name="Changes">The changes of level.</param>
public sealed record HistoryTrend(string Operation, string Device, SeriesKey Key, IReadOnlyList<TrendValue> Values, IReadOnlyList<ChangePoint> Changes);

/// <summary>Reads trends.</summary>
public static class Trends
{
    /// <summary>The number of newest values that are looked at.</summary>
    public const int Most = 40_000;

    /// <summary>The trends of an operation of a device: one for each clock, provenance, board and rig, as their numbers never share an axis.</summary>
    /// <exception cref="HistoryException">The history cannot be read.</exception>
    public static IReadOnlyList<HistoryTrend> Of(HistoryStore store, string operation, string device)
    {
        ArgumentNullException.ThrowIfNull(store);
        return [.. store.Series(operation, device, Most).GroupBy(row => row.Key, row => row.Value).Select(group =>
        {
            TrendValue[] values = [.. group];
            var isExact = group.Key.Provenance.StartsWith("emulated", StringComparison.Ordinal) && group.Key.Clock != ClockKind.Host.Word() && values.All(v => v.Low.Equals(v.High));
            return new HistoryTrend(operation, device, group.Key, values, ChangePoints.Of([.. values.Select(v => v.P50)], isExact, values.Max(v => v.Floor) ?? 0));
        }).OrderBy(trend => trend.Key.Rig, StringComparer.Ordinal).ThenBy(trend => trend.Key.Clock, StringComparer.Ordinal)];
    }
}
