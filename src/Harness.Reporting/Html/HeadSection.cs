namespace Harness.Reporting.Html;

/// <summary>The head of a report: the verdict, what it rests on, what is wrong with the record, and the way to each section.</summary>
internal static class HeadSection
{
    public static void Write(ReportPage page)
    {
        var (html, run) = (page.Html, page.Run);
        html.Element("a", "To the content", ("class", "skip"), ("href", "#content"));
        html.Open("header", ("class", $"top {run.Verdict.Word()}"));
        html.Element("p", "Harness report", ("class", "kind"));
        html.Open("h1").Element("span", VerdictMark.Sign(run.Verdict), ("class", "sign"), ("aria-hidden", "true")).Text($" {Text.Headline(run.Verdict)}").Close();
        html.Element("p", $"{Text.Counts(run.Counts)}{(run.NeverStarted > 0 ? $"; {Text.NeverStarted(run)}" : "")}", ("class", "lead"));
        if (page.Claims.Cells.Count > 0)
        {
            html.Element("p", Claims(page), ("class", "lead"));
        }

        html.Pairs("facts", Facts(run));
        if (page.Problems.Count > 0)
        {
            html.Open("div", ("class", "problems"), ("role", "note")).Element("h2", "What this report lacks").Open("ul");
            foreach (var problem in page.Problems.Take(20))
            {
                html.Element("li", problem);
            }

            html.Close(2);
        }

        html.Close().Line();
        html.Open("nav", ("aria-label", "Sections")).Open("ul");
        foreach (var (id, title) in Sections(page))
        {
            html.Open("li").Element("a", title, ("href", $"#{id}")).Close();
        }

        html.Close(2).Line();
    }

    private static string Claims(ReportPage page)
    {
        var cells = page.Claims.Cells;
        var (expected, differ, open) = (cells.Count(c => c.AsExpected), cells.Count(c => c.Differs), cells.Count(c => c.IsOpen));
        return $"{cells.Count} claims: {expected} as expected"
            + (differ > 0 ? $", {differ} other than expected" : "") + (open > 0 ? $", {open} not decided" : "");
    }

    private static IEnumerable<(string, string)> Facts(RunResult run)
    {
        yield return ("run", run.RunId);
        if (run.Started is { } started)
        {
            if (started.At != default)
            {
                yield return ("started", started.At.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture));
            }

            yield return ("took", Text.Duration(run.DurationMs));
            yield return ("subject", started.Features);
            yield return ("rig", RigSection.HasFile(started) ? $"{started.RigName} ({started.Rig})" : started.RigName);
            yield return ("harness", started.HarnessVersion);
        }
        else
        {
            yield return ("took", Text.Duration(run.DurationMs));
        }
    }

    private static IEnumerable<(string Id, string Title)> Sections(ReportPage page)
    {
        if (NotPassedSection.IsNeeded(page))
        {
            yield return ("not-passed", "What did not pass");
        }

        if (page.Claims.Cells.Count + page.Claims.Findings.Count > 0)
        {
            yield return ("claims", "Claims");
        }

        if (page.Claims.Costs.Count + page.Claims.Messages.Count + page.Claims.Footprints.Count > 0)
        {
            yield return ("costs", "Costs");
        }

        if (page.Series.Count + page.Run.Budgets.Count > 0)
        {
            yield return ("time", "Time");
        }

        yield return ("features", "Features");
        yield return ("rig", "Rig");
        yield return ("run", "This run");
    }
}
