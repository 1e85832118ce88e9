namespace Harness.Reporting.Html;

/// <summary>The scenarios that failed or could not be judged, each with its reason, before everything that passed.</summary>
internal static class NotPassedSection
{
    // The order in which somebody who has to act reads them.
    private static readonly Verdict[] Order = [Verdict.Fail, Verdict.Unjudgeable, Verdict.RigError, Verdict.Aborted, Verdict.Inconclusive];

    /// <summary>True if there is anything to tell.</summary>
    public static bool IsNeeded(ReportPage page) => page.Run.NotPassed.Any() || page.Claims.Cells.Any(c => c.Differs || c.IsOpen);

    public static void Write(ReportPage page)
    {
        if (!IsNeeded(page))
        {
            return;
        }

        var html = page.Begin("not-passed", "What did not pass, and why");
        foreach (var cell in page.Claims.Cells.Where(c => c.Differs || c.IsOpen).OrderByDescending(c => c.Differs))
        {
            html.Open("article", ("class", $"reason {VerdictMark.Kind(cell)}"));
            html.Open("h3").Badge(VerdictMark.Kind(cell), cell.Differs ? "✗" : "?", cell.Differs ? "other than expected" : "not decided").Text(" ");
            html.Element("a", $"{ClaimTexts.Name(cell.Claim, cell.Aspect)}, {ClaimTexts.Scheme(cell.Scheme, cell.Label)}{PluginText.Mark(cell.Plugin)}", ("href", "#" + ClaimsSection.Anchor(cell))).Close();
            html.Element("p", ClaimTexts.Sentence(cell)).Close().Line();
        }

        var notPassed = page.Run.NotPassed.OrderBy(s => Array.IndexOf(Order, s.Verdict)).ToList();
        var shown = 0;
        foreach (var scenario in notPassed.TakeWhile(_ => page.HasRoomForDetails))
        {
            shown++;
            html.Open("article", ("class", $"reason {scenario.Verdict.Word()}"));
            html.Open("h3").VerdictBadge(scenario.Verdict).Text(" ").Element("a", scenario.Name + PluginText.Mark(scenario), ("href", "#" + ReportPage.Anchor(scenario))).Close();
            html.Element("p", scenario.Id, ("class", "id"));
            if (scenario.Failure is { } failure)
            {
                html.Pairs("failure", FailureLines.Of(failure));
            }

            html.Close().Line();
        }

        if (shown < notPassed.Count)
        {
            html.Element("p", $"{notPassed.Count - shown} more did not pass; they are in the record beside this report.", ("class", "more"));
        }

        html.Close().Line();
    }
}
