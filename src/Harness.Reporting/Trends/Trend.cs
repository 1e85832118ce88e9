namespace Harness.Reporting.Trends;

/// <summary>One value of a trend.</summary>
/// <param name="At">Its time.</param>
/// <param name="Run">The run.</param>
/// <param name="Build">The build that was measured.</param>
/// <param name="Value">The median.</param>
/// <param name="Low">Lower end of its interval; null where none was computed.</param>
/// <param name="High">Upper end of its interval; null where none was computed.</param>
public sealed record TrendPoint(DateTimeOffset At, string Run, string Build, double Value, double? Low, double? High);

/// <summary>The operations of a run, for which earlier values are asked.</summary>
/// <param name="Rig">The rig's name; null where the record does not say.</param>
/// <param name="Operations">Each device with each operation that was measured on it.</param>
public sealed record TrendQuestion(string? Rig, IReadOnlyList<(string Device, string Operation)> Operations)
{
    /// <summary>The operations whose trends a report has room for, and a run's end has time for.</summary>
    public const int MostOperations = 12;
}

/// <summary>A change of level in a trend.</summary>
/// <param name="At">Index of the first point of the new level.</param>
/// <param name="Before">Median before.</param>
/// <param name="After">Median from there.</param>
public sealed record TrendChange(int At, double Before, double After);

/// <summary>The values of one operation of one device over runs, which share clock, provenance, unit, board and rig.</summary>
public sealed record Trend
{
    /// <summary>The operation.</summary>
    public required string Operation { get; init; }

    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>The clock's word.</summary>
    public required string Clock { get; init; }

    /// <summary>The provenance's word.</summary>
    public required string Provenance { get; init; }

    /// <summary>The unit of every value.</summary>
    public required Unit Unit { get; init; }

    /// <summary>The board; for the host its processor.</summary>
    public required string Board { get; init; }

    /// <summary>The rig.</summary>
    public required string Rig { get; init; }

    /// <summary>At least one value, oldest first.</summary>
    public required IReadOnlyList<TrendPoint> Points { get; init; }

    /// <summary>The changes of level, in order.</summary>
    public required IReadOnlyList<TrendChange> Changes { get; init; }

    /// <summary>The method that found them, a sentence.</summary>
    public required string Method { get; init; }

    /// <summary>The rig's noise; null where it is not known.</summary>
    public double? Floor { get; init; }

    /// <summary>The median of the newest baseline that was held against; null where there was none.</summary>
    public double? Baseline { get; init; }

    internal string Title => $"{Operation} of {Device} on {Board}, rig {Rig}, {Clock} clock, {Provenance}";

    internal string Format(double value) => ReadableNumber.Format(value, Unit);

    internal string Describe(TrendChange change)
    {
        var point = Points[change.At];
        var percent = change.Before == 0 ? "" : $" ({(change.After - change.Before) / Math.Abs(change.Before) * 100:+0.0;-0.0} %)";
        return $"{point.At.UtcDateTime:yyyy-MM-dd HH:mm} {point.Run}, build {Short(point.Build)}: {Format(change.Before)} to {Format(change.After)}{percent}";
    }

    /// <summary>Rows of a table by build, in the order in which builds first came: build, since, runs, median, smallest, largest, newest interval.</summary>
    internal IEnumerable<string[]> ByBuild() => Points.GroupBy(p => p.Build).Select(build =>
    {
        double[] sorted = [.. build.Select(p => p.Value).Order()];
        var newest = build.Last();
        return (string[])
        [
            Short(build.Key), $"{build.First().At.UtcDateTime:yyyy-MM-dd HH:mm}", $"{sorted.Length}", Format(OrderStatistics.Median(sorted)), Format(sorted[0]), Format(sorted[^1]),
            newest is { Low: { } low, High: { } high } ? $"{Format(low)} to {Format(high)}" : "none",
        ];
    });

    internal static string[] Columns { get; } = ["build", "since (UTC)", "runs", "median", "smallest", "largest", "interval of the newest"];

    private static string Short(string build) => build.Length > 12 ? build[..12] : build;
}
