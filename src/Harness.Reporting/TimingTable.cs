namespace Harness.Reporting;

/// <summary>The durations of a run's operations on the console: by device, one operation a line, with clock and provenance beside each number.</summary>
internal static class TimingTable
{
    /// <summary>Writes the tables; nothing if the run took no sample.</summary>
    /// <param name="text">Receives the tables.</param>
    /// <param name="rows">The run's rows.</param>
    /// <param name="verbose">True to show also the host's wall time of emulated boards, which depends on this machine's load and says nothing about the board.</param>
    public static void Render(ConsoleText text, IReadOnlyList<TimingRow> rows, bool verbose)
    {
        var shown = verbose ? rows : WithoutWallTimeOfEmulation(rows);
        foreach (var device in shown.GroupBy(row => (row.Device, row.Provenance)))
        {
            text.Wrapped("", $"{device.Key.Device} ({device.Key.Provenance.Word()})");
            text.Table(
                ["  operation", "n", "min", "p50", "max", "clock"],
                cuttable: [0],
                rightAligned: [1, 2, 3, 4],
                [.. device.Select(row => new[]
                {
                    "  " + row.Operation, $"{row.N}", Cell(row, row.Min), row.IsExact ? "exact" : Cell(row, row.P50), Cell(row, row.Max), Clock(row),
                })]);
            text.Blank();
        }

        var hidden = rows.Count - shown.Count;
        if (hidden > 0)
        {
            text.Wrapped("", $"not shown: {hidden} {(hidden == 1 ? "row" : "rows")} of the host's wall time around emulated boards (--verbose shows them)");
            text.Blank();
        }
    }

    /// <summary>Formats a value of a row.</summary>
    internal static string Cell(TimingRow row, double value) => ReadableNumber.Cell(value, row.Unit, row.Provenance.IsExactCount());

    /// <summary>Formats the clock, with its unit if that is no time.</summary>
    internal static string Clock(TimingRow row) => row.Unit.IsTime() ? row.Clock.Word() : $"{row.Clock.Word()}, {row.Unit.Symbol()}";

    private static IReadOnlyList<TimingRow> WithoutWallTimeOfEmulation(IReadOnlyList<TimingRow> rows)
    {
        var emulated = rows.Where(row => row.Provenance.IsExactCount()).Select(row => row.Device).ToHashSet();
        return [.. rows.Where(row => row.Clock != ClockKind.Host || !emulated.Contains(row.Device))];
    }
}
