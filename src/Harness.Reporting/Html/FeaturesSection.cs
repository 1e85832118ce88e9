namespace Harness.Reporting.Html;

/// <summary>Every scenario by feature, with its steps, their durations and the transcripts of its devices.</summary>
internal static class FeaturesSection
{
    private static readonly Verdict[] Verdicts = [Verdict.Fail, Verdict.Unjudgeable, Verdict.RigError, Verdict.Aborted, Verdict.Inconclusive, Verdict.Pass];

    public static void Write(ReportPage page)
    {
        var run = page.Run;
        var html = page.Begin("features", "Features");
        if (run.Scenarios.Count == 0)
        {
            html.Element("p", "No scenario ran.").Close().Line();
            return;
        }

        html.Element("p", $"Durations of scenarios and steps are wall time of {page.Machine} (host).", ("class", "fingerprint"));
        Filter(html, run);

        // A feature in which something went wrong has the first claim on the room.
        var names = FeatureName.OfAll(run.Scenarios.Select(s => s.File), run.Started?.FeaturePaths);
        var shown = 0;
        foreach (var feature in run.Scenarios.GroupBy(s => s.File).OrderBy(f => f.All(s => s.Verdict == Verdict.Pass)).TakeWhile(_ => page.HasRoomForRows))
        {
            var scenarios = feature.ToList();
            html.Open("section", ("class", "feature")).Open("h3").Text(scenarios[0].Feature.Length > 0 ? scenarios[0].Feature : names[feature.Key]).Text(" ").Element("small", $"{names[feature.Key]}; {Text.Counts(VerdictCounts.Of(scenarios.Select(s => s.Verdict)))}, {Text.Duration(scenarios.Sum(s => Finite(s.DurationMs)))}").Close();
            foreach (var scenario in scenarios.TakeWhile(_ => page.HasRoomForRows))
            {
                shown++;
                ScenarioPart.Write(page, scenario);
            }

            html.Close().Line();
        }

        if (shown < run.Scenarios.Count)
        {
            html.Element("p", $"{run.Scenarios.Count - shown} more scenarios are in the record; this report has no more room.", ("class", "more"));
        }

        html.Close().Line();
    }

    private static double Finite(double milliseconds) => double.IsFinite(milliseconds) && milliseconds > 0 ? milliseconds : 0;

    private static void Filter(HtmlWriter html, RunResult run)
    {
        html.Open("form", ("class", "filter")).Open("fieldset").Element("legend", "Show");
        foreach (var verdict in Verdicts.Where(v => run.Scenarios.Any(s => s.Verdict == v)))
        {
            html.Open("label").Void("input", ("type", "checkbox"), ("value", verdict.Word()), ("checked", "")).Text(" ").VerdictBadge(verdict).Text($" {run.Scenarios.Count(s => s.Verdict == verdict)}").Close();
        }

        html.Open("label").Text("with the words ").Void("input", ("type", "search")).Close().Close();
        html.Open("p", ("class", "buttons")).Open("output", ("aria-live", "polite")).Close()
            .Element("button", "Open all", ("type", "button"), ("data-open", "true")).Element("button", "Close all", ("type", "button"), ("data-open", "false")).Close(2).Line();
    }
}
