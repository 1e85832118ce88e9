namespace Harness.Reporting.Trends;

/// <summary>Draws a trend in plain characters: <c>*</c> a median, <c>|</c> its interval, <c>-</c> the baseline, <c>^</c> a change of level.</summary>
public static class TrendConsole
{
    private const int Height = 10;
    private const int Axis = 14;
    private const int Narrowest = 20;
    private const int MostBuilds = 20;
    private const int MostChanges = 20;

    /// <summary>Renders a trend.</summary>
    /// <param name="trend">The trend.</param>
    /// <param name="width">Columns of the output.</param>
    public static string Render(Trend trend, int width)
    {
        ArgumentNullException.ThrowIfNull(trend);
        var text = new StringBuilder();
        void Line(string line) => text.Append(ForeignText.Line(line).TrimEnd()).Append('\n');
        Line(trend.Title);
        var count = trend.Points.Select(p => p.Build).Distinct().Count();
        Line($"  {trend.Points.Count} {(trend.Points.Count == 1 ? "value" : "values")}, {count} {(count == 1 ? "build" : "builds")}; floor {(trend.Floor is { } floor ? trend.Format(floor) : "not known")}; "
            + $"baseline {(trend.Baseline is { } baseline ? trend.Format(baseline) : "none")}");
        foreach (var line in Chart(trend, Math.Max(Narrowest, width - Axis - 3)))
        {
            Line(line);
        }

        var builds = trend.ByBuild().ToList();
        foreach (var row in Aligned([Trend.Columns, .. builds.TakeLast(MostBuilds)]))
        {
            Line("  " + row);
        }

        if (builds.Count > MostBuilds)
        {
            Line($"  and {builds.Count - MostBuilds} earlier builds");
        }

        Line(trend.Changes.Count == 0 ? "  no change of level" : $"  {trend.Changes.Count} {(trend.Changes.Count == 1 ? "change" : "changes")} of level:");
        foreach (var change in trend.Changes.TakeLast(MostChanges))
        {
            Line("    " + trend.Describe(change));
        }

        Line($"  {trend.Method}");
        return text.ToString();
    }

    private static IEnumerable<string> Chart(Trend trend, int columns)
    {
        var width = Math.Min(columns, trend.Points.Count);
        var cells = Enumerable.Range(0, width).Select(column => Column(trend, column, width)).ToList();
        var values = cells.SelectMany(c => (double[])[c.Low, c.High]).Concat(trend.Baseline is { } b ? [b] : []).ToList();
        var (low, high) = (values.Min(), values.Max());
        int Row(double value) => high > low ? (int)Math.Round((value - low) / (high - low) * (Height - 1)) : Height / 2;
        var baseline = trend.Baseline is { } at ? Row(at) : -1;
        for (var row = Height - 1; row >= 0; row--)
        {
            var line = new StringBuilder();
            foreach (var cell in cells)
            {
                line.Append(Row(cell.Middle) == row ? '*' : row > Row(cell.Low) - 1 && row < Row(cell.High) + 1 ? '|' : row == baseline ? '-' : ' ');
            }

            var label = row == Height - 1 ? trend.Format(high) : row == 0 ? trend.Format(low) : "";
            yield return $"{label,Axis} | {line}";
        }

        var marks = new char[width];
        Array.Fill(marks, ' ');
        foreach (var change in trend.Changes)
        {
            marks[(int)((long)change.At * width / trend.Points.Count)] = '^';
        }

        yield return $"{"",Axis}   {new string(marks)}";
    }

    // Where there are more values than columns, one stands for its neighbours: the median of their medians, and how far they reach.
    private static (double Low, double Middle, double High) Column(Trend trend, int column, int width)
    {
        var from = (int)((long)column * trend.Points.Count / width);
        var to = Math.Max(from + 1, (int)((long)(column + 1) * trend.Points.Count / width));
        var points = Enumerable.Range(from, to - from).Select(i => trend.Points[i]).ToList();
        double[] medians = [.. points.Select(p => p.Value).Order()];
        return (points.Min(p => Math.Min(p.Value, p.Low ?? p.Value)), OrderStatistics.Median(medians), points.Max(p => Math.Max(p.Value, p.High ?? p.Value)));
    }

    private static IEnumerable<string> Aligned(IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        return rows.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))));
    }
}
