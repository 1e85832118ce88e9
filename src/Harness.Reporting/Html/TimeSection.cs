namespace Harness.Reporting.Html;

/// <summary>The duration of each operation: by operation the clocks side by side, each with its numbers and its distribution. No two clocks share an axis.</summary>
internal static class TimeSection
{
    private const int OpenAtMost = 4;

    public static void Write(ReportPage page)
    {
        var (run, html) = (page.Run, page.Html);
        if (page.Series.Count + run.Budgets.Count == 0)
        {
            return;
        }

        page.Begin("time", "How long each operation takes");
        if (run.Budgets.Count > 0)
        {
            html.Table("Budgets", ["operation", "device", "verdict", "statistic", "limit", "seen", "n", "provenance", "remark"], run.Budgets.OrderBy(b => b.Verdict == Verdict.Pass).Select(b => (string[])
            [
                b.Operation, b.Device, $"{VerdictMark.Sign(b.Verdict)} {b.Verdict.Word()}", b.Statistic, ReadableNumber.Format(b.Limit, b.Unit), ReadableNumber.FormatBeside(b.Observed, b.Limit, b.Unit), $"{b.N}",
                b.Provenance.Word(), b.Reason ?? "",
            ]));
            page.Fingerprints(run.Budgets.Select(b => b.Device));
        }

        var operations = page.Series.GroupBy(s => (s.Of.Device, s.Of.Operation)).ToList();
        if (operations.Count > OpenAtMost)
        {
            html.Table("Every operation", ["operation", "device", "clock", "provenance", "n", "min", "median", "max"], page.Series.TakeWhile(_ => page.HasRoomForDetails).Select(s => (string[])
            [
                s.Of.Operation, s.Of.Device, s.Of.Clock.Word(), s.Of.Provenance.Word(), $"{s.N}", SeriesPart.Value(s, s.Min), SeriesPart.Value(s, s.P50), SeriesPart.Value(s, s.Max),
            ]));
            page.Fingerprints(page.Series.Select(s => s.Of.Device));
        }

        var shown = 0;
        foreach (var operation in operations.TakeWhile(_ => page.HasRoomForDetails))
        {
            shown++;
            Operation(page, operation.Key.Device, operation.Key.Operation, [.. operation], operations.Count <= OpenAtMost);
        }

        if (shown < operations.Count)
        {
            html.Element("p", $"{operations.Count - shown} more operations are in the record; this report has no more room.", ("class", "more"));
        }

        if (page.Trends.Count > 0 && operations.Count > TrendQuestion.MostOperations)
        {
            html.Element("p", $"Trends over earlier runs stand beside the first {TrendQuestion.MostOperations} operations; ./harness history show OPERATION draws any.", ("class", "more"));
        }

        html.Close().Line();
    }

    private static void Operation(ReportPage page, string device, string operation, IReadOnlyList<SampleSeries> series, bool open)
    {
        var html = page.Html;
        html.Open(
            "details", ("class", "fold operation"), ("id", HtmlText.Anchor(("operation", operation), ("device", device))), ("data-operation", operation), ("data-device", device), ("open", open ? "" : null));
        var first = series[0];
        html.Open("summary").Element("b", operation).Text($" of {device}: {SeriesPart.Value(first, first.P50)} by the {first.Of.Clock.Word()} clock, {first.Of.Provenance.Word()}").Close();
        html.Element("p", page.Fingerprint(device), ("class", "fingerprint"));
        html.Open("div", ("class", "clocks"));
        var isEmulated = series.Any(s => s.Of.Provenance.IsExactCount());
        foreach (var one in series.OrderBy(s => s.Of.Clock))
        {
            SeriesPart.Write(page, one, isEmulated);
        }

        html.Close();
        foreach (var trend in page.Trends.Where(t => t.Operation == operation && t.Device == device).TakeWhile(_ => page.HasRoomForDetails))
        {
            TrendPart.Write(html, trend);
        }

        var missing = new[] { ClockKind.Device, ClockKind.Trigger, ClockKind.Host }.Except(series.Select(s => s.Of.Clock)).Select(c => c.Word()).ToList();
        if (missing.Count > 0)
        {
            html.Element("p", $"Not measured by the {string.Join(" nor the ", missing)} clock in this run.", ("class", "more"));
        }

        html.Close().Line();
    }
}
