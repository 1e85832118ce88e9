namespace Harness.Reporting.Html;

/// <summary>Draws the trend of an operation over earlier runs, without script: a mark a run with its interval, the baseline, builds and changes of level; a table says the same.</summary>
internal static class TrendPart
{
    private const int Width = 720;
    private const int Height = 180;
    private const int Left = 96;
    private const int Bottom = 26;
    private const int Top = 10;
    private const int MostMarks = 400;
    private const int MostBuilds = 30;

    /// <summary>Writes a trend.</summary>
    public static void Write(HtmlWriter html, Trend trend)
    {
        html.Open("details", ("class", "fold trend"), ("open", ""));
        html.Element("summary", $"Over {trend.Points.Count} runs by the {trend.Clock} clock, {trend.Provenance}, rig {trend.Rig}: "
            + (trend.Changes.Count == 0 ? "no change of level" : $"{trend.Changes.Count} changes of level, the last {trend.Describe(trend.Changes[^1])}"));
        Draw(html, trend);
        var builds = trend.ByBuild().ToList();
        html.Table("Values by build", Trend.Columns, builds.TakeLast(MostBuilds));
        if (builds.Count > MostBuilds)
        {
            html.Element("p", $"{builds.Count - MostBuilds} earlier builds are in the history.", ("class", "more"));
        }

        if (trend.Changes.Count > 0)
        {
            html.Open("ul");
            foreach (var change in trend.Changes.TakeLast(MostBuilds))
            {
                html.Element("li", trend.Describe(change));
            }

            html.Close();
        }

        html.Element("p", $"{trend.Method}. Floor {(trend.Floor is { } floor ? trend.Format(floor) : "not known")}, baseline {(trend.Baseline is { } baseline ? trend.Format(baseline) : "none")}.", ("class", "more"));
        html.Close().Line();
    }

    private static void Draw(HtmlWriter html, Trend trend)
    {
        // The newest runs, where there are more than can be told apart.
        var first = Math.Max(0, trend.Points.Count - MostMarks);
        var points = trend.Points.Skip(first).ToList();
        var values = points.SelectMany(p => (double[])[p.Value, p.Low ?? p.Value, p.High ?? p.Value]).Concat(trend.Baseline is { } b ? [b] : []).ToList();
        var (low, high) = (values.Min(), values.Max());
        var room = high > low ? high - low : Math.Max(Math.Abs(high), 1);
        string X(int index) => N(Left + ((index + 0.5) * (Width - Left - 8) / points.Count));
        string Y(double value) => N(high > low ? Top + ((high - value) / room * (Height - Top - Bottom)) : (Height - Bottom + Top) / 2.0);
        html.Open("figure").Open("svg", ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-label", $"Trend of {trend.Title}; the table below says the same"), ("font-size", "11"), ("fill", "currentColor"));
        html.Element("text", trend.Format(high), ("x", N(Left - 8)), ("y", N(Top + 8)), ("text-anchor", "end"));
        html.Element("text", trend.Format(low), ("x", N(Left - 8)), ("y", N(Height - Bottom)), ("text-anchor", "end"));
        if (trend.Baseline is { } baseline)
        {
            html.Open("line", ("x1", N(Left)), ("x2", N(Width)), ("y1", Y(baseline)), ("y2", Y(baseline)), ("stroke", "currentColor"), ("stroke-dasharray", "6 4")).Element("title", $"baseline: {trend.Format(baseline)}").Close();
        }

        foreach (var change in trend.Changes.Where(c => c.At > first))
        {
            var x = N(Left + ((double)(change.At - first) * (Width - Left - 8) / points.Count));
            html.Open("line", ("x1", x), ("x2", x), ("y1", N(Top)), ("y2", N(Height - Bottom)), ("stroke", "currentColor"), ("stroke-width", "2")).Element("title", trend.Describe(change)).Close();
        }

        for (var i = 0; i < points.Count; i++)
        {
            var p = points[i];
            var words = $"{p.Run}, build {p.Build}: {trend.Format(p.Value)}{(p is { Low: { } from, High: { } to } ? $", between {trend.Format(from)} and {trend.Format(to)}" : "")}";
            html.Open("g").Element("title", words);
            if (p is { Low: { } down, High: { } up })
            {
                html.Open("line", ("x1", X(i)), ("x2", X(i)), ("y1", Y(down)), ("y2", Y(up)), ("stroke", "currentColor")).Close();
            }

            html.Open("circle", ("cx", X(i)), ("cy", Y(p.Value)), ("r", "2.5")).Close(2);
        }

        Builds(html, points, X);
        html.Close().Element("figcaption", $"Median of each run{(first > 0 ? $", the newest {points.Count}" : "")}; a dashed line is the baseline, a full one a change of level").Close();
    }

    // The begin of each build below the axis, as far as names do not meet.
    private static void Builds(HtmlWriter html, List<TrendPoint> points, Func<int, string> x)
    {
        const int NameWidth = 62;
        var free = double.MinValue;
        for (var i = 0; i < points.Count; i++)
        {
            var at = double.Parse(x(i), CultureInfo.InvariantCulture);
            if ((i == 0 || points[i].Build != points[i - 1].Build) && at >= free)
            {
                html.Element("text", points[i].Build.Length > 8 ? points[i].Build[..8] : points[i].Build, ("x", x(i)), ("y", N(Height - 8)));
                free = at + NameWidth;
            }
        }
    }

    private static string N(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
