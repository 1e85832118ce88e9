namespace Harness.Reporting.Html;

/// <summary>The samples of one clock: numbers with their intervals, and the distribution in bins with floor, budgets and baseline.</summary>
internal static class SeriesPart
{
    private const int MostMarks = 4;

    /// <summary>Formats a value of a series.</summary>
    public static string Value(SampleSeries series, double value) => ReadableNumber.Format(value, series.Of.Unit, series.Of.Provenance.IsExactCount());

    public static void Write(ReportPage page, SampleSeries series, bool isEmulated)
    {
        var html = page.Html;
        var of = series.Of;
        html.Open("section", ("class", "clock")).Element("h3", $"{of.Clock.Word()} clock");
        html.Element("p", $"{of.Provenance.Word()}, n = {series.N.ToString("N0", CultureInfo.InvariantCulture)}" + (of.Clock == ClockKind.Host && isEmulated ? "; wall time of this machine around an emulated board, which says nothing of the board" : ""), ("class", "fingerprint"));
        html.Pairs("numbers", Numbers(series));
        if (series.IsExact)
        {
            html.Element("p", $"{series.N} equal counts are complete: there is nothing to draw.", ("class", "more"));
        }
        else if (series.NoValues is { } why)
        {
            html.Element("p", $"No distribution: {why}.", ("class", "more"));
        }
        else if (Bin.Of(series.Sorted) is { Count: > 0 } bins)
        {
            Distribution(html, series, bins, [.. Marks(page, series)]);
        }

        html.Close().Line();
    }

    private static IEnumerable<(string, string)> Numbers(SampleSeries s)
    {
        if (s.IsExact)
        {
            yield return ("every sample", Value(s, s.Min));
        }
        else
        {
            yield return ("median", Value(s, s.P50) + Between(s, s.Summary?.P50Interval));
            yield return ("p99", s.P99 is { } p99 ? Value(s, p99) + Between(s, s.Summary?.P99Interval) : $"not below {OrderStatistics.SamplesForP99} samples");
            yield return ("smallest", Value(s, s.Min));
            yield return ("largest", Value(s, s.Max));
        }

        if (s.Summary?.Floor is { } floor)
        {
            yield return ("floor", Value(s, floor));
        }

        if (s.Summary?.Baseline is { } baseline)
        {
            yield return ("baseline", Value(s, baseline));
        }
    }

    private static string Between(SampleSeries s, IReadOnlyList<double>? interval) =>
        interval is [var low, var high] ? $", between {Value(s, low)} and {Value(s, high)}" : "";

    private static IEnumerable<(string Kind, double At, string Words)> Marks(ReportPage page, SampleSeries series)
    {
        var of = series.Of;
        // Limits of one number are one mark only in the series' own unit: another unit of the same number is another limit.
        var budgets = page.Run.Budgets.Where(b => b.Operation == of.Operation && b.Device == of.Device && b.Provenance == of.Provenance && of.Clock != ClockKind.Host && double.IsFinite(b.Limit))
            .Select(b => (Budget: b, At: new Quantity(b.Limit, b.Unit).TryConvert(of.Unit, out var limit) ? limit.Value : double.NaN))
            .Where(b => double.IsFinite(b.At)).DistinctBy(b => (b.Budget.Statistic, b.At)).Take(MostMarks);
        foreach (var (b, at) in budgets)
        {
            yield return ("budget", at, $"budget: at most {ReadableNumber.Format(b.Limit, b.Unit)} at {b.Statistic}");
        }

        if (series.Summary?.Baseline is { } baseline && double.IsFinite(baseline))
        {
            yield return ("baseline", baseline, $"baseline: median {Value(series, baseline)}");
        }

        if (series.Summary?.Floor is { } floor && double.IsFinite(floor))
        {
            yield return ("floor", floor, $"floor of the rig: {Value(series, floor)}");
        }
    }

    private static void Distribution(HtmlWriter html, SampleSeries series, IReadOnlyList<Bin> bins, IReadOnlyList<(string Kind, double At, string Words)> marks)
    {
        var of = series.Of;
        var (unit, scale) = Scale(of.Unit, Math.Max(Math.Abs(bins[0].From), Math.Abs(bins[^1].To)));
        string Number(double value) => (value / scale).ToString("G9", CultureInfo.InvariantCulture);
        html.Open("figure", ("data-chart", "distribution"), ("data-unit", unit), ("data-title", $"{of.Operation} of {of.Device}, {of.Clock.Word()} clock, {of.Provenance.Word()}"));
        html.Element("figcaption", $"Histogram, and share of samples up to a value, in {unit}").Open("div", ("class", "charts")).Close();
        if (marks.Count > 0)
        {
            html.Open("ul", ("class", "marks"));
            foreach (var (kind, at, words) in marks)
            {
                html.Element("li", words, ("data-mark", kind), ("data-at", Number(at)));
            }

            html.Close();
        }

        html.Open("details").Element("summary", "Values of the bins").Open("table", ("class", "bins")).Element("caption", $"Bins, in {unit}").Open("thead").Open("tr");
        foreach (var head in (string[])["from", "to", "samples", "share up to here"])
        {
            html.Element("th", head, ("scope", "col"));
        }

        html.Close(2).Open("tbody");
        foreach (var bin in bins)
        {
            html.Open("tr", ("data-from", Number(bin.From)), ("data-to", Number(bin.To)), ("data-n", $"{bin.N}"), ("data-share", bin.Share.ToString("G6", CultureInfo.InvariantCulture)), ("data-above", bin.TakesTail ? "true" : null));
            html.Element("td", ReadableNumber.Digits(bin.From / scale)).Element("td", bin.TakesTail ? "the largest" : ReadableNumber.Digits(bin.To / scale)).Element("td", $"{bin.N}").Element("td", $"{ReadableNumber.Digits(bin.Share * 100)} %").Close();
        }

        html.Close(4).Line();
    }

    // A chart has one unit, fit for its largest value.
    private static (string Unit, double Scale) Scale(Unit unit, double largest)
    {
        if (!unit.IsTime() || !new Quantity(largest, unit).TryConvert(Unit.Nanoseconds, out var nanoseconds))
        {
            return (unit.Symbol(), 1);
        }

        var (name, size) = nanoseconds.Value switch { >= 1e9 => ("s", 1e9), >= 1e6 => ("ms", 1e6), >= 1e3 => ("µs", 1e3), _ => ("ns", 1.0) };
        return (name, size / (largest > 0 ? nanoseconds.Value / largest : 1));
    }
}
