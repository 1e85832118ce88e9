namespace Harness.Reporting.Html;

/// <summary>One scenario: a line, and behind it its steps with their durations, its budgets, faults and notes, and the transcripts of its devices.</summary>
internal static class ScenarioPart
{
    private const int LongestTranscript = 24_000;

    public static void Write(ReportPage page, ScenarioResult scenario)
    {
        var html = page.Html;
        var (id, verdict) = (scenario.Id, scenario.Verdict.Word());
        if (!page.HasRoomForDetails)
        {
            html.Open("div", ("class", "scenario"), ("id", ReportPage.Anchor(scenario)), ("data-scenario", id), ("data-verdict", verdict)).Open("p", ("class", "row"));
            Line(html, scenario);
            html.Close(2).Line();
            return;
        }

        // What a command found (audit, tls, tap, load, leak) is short and what its reader looks for, on paper too; the steps of a feature are neither.
        var isFinding = scenario.Steps.Count == 0 && scenario.Notes.Count > 0;
        html.Open("details", ("class", "fold scenario"), ("id", ReportPage.Anchor(scenario)), ("data-scenario", id), ("data-verdict", verdict), ("open", isFinding ? "" : null)).Open("summary");
        Line(html, scenario);
        html.Close();
        html.Element("p", $"{id}{(scenario.Tags.Count > 0 ? $"  {string.Join(' ', scenario.Tags)}" : "")}", ("class", "id"));
        if (scenario.Failure is { } failure)
        {
            html.Pairs("failure", FailureLines.Of(failure));
        }

        Steps(html, scenario);
        Numbers(page, scenario);
        foreach (var name in scenario.Transcripts)
        {
            Transcript(page, name);
        }

        html.Close().Line();
    }

    private static void Line(HtmlWriter html, ScenarioResult scenario) =>
        html.VerdictBadge(scenario.Verdict).Text($" {scenario.Name}{PluginText.Mark(scenario)} ").Element("small", Text.Duration(scenario.DurationMs));

    private static void Steps(HtmlWriter html, ScenarioResult scenario)
    {
        if (scenario.Steps.Count == 0)
        {
            return;
        }

        html.Open("ol", ("class", "steps"));
        foreach (var step in scenario.Steps)
        {
            html.Open("li", ("class", step.Status == "passed" ? "passed" : "not")).Element("b", step.Keyword.Trim()).Text($" {step.Text} ")
                .Element("small", $"{Text.Duration(step.DurationMs)}{(step.Status == "passed" ? "" : $", {step.Status}")}").Close();
        }

        html.Close().Line();
    }

    private static void Numbers(ReportPage page, ScenarioResult scenario)
    {
        IEnumerable<(string, string)> pairs =
        [
            .. scenario.Budgets.Select(b => ("budget", $"{VerdictMark.Sign(b.Verdict)} {b.Verdict.Word()}: {b.Operation} of {b.Device}, {b.Statistic} {ReadableNumber.FormatBeside(b.Observed, b.Limit, b.Unit)}, at most {ReadableNumber.Format(b.Limit, b.Unit)} (n = {b.N}, {b.Provenance.Word()}){(b.Reason is { } why ? $"; {why}" : "")}")),
            .. page.Samples.Words(scenario.Id).Select(words => ("samples", words)),
            .. scenario.Summaries.Select(s => ("samples", $"{s.N} of {s.Operation} of {s.Device} by the {s.Clock.Word()} clock, in {s.File}")),
            .. scenario.Budgets.Select(b => b.Device).Concat(scenario.Summaries.Select(s => s.Device)).Concat(page.Samples.Devices(scenario.Id)).Distinct().Select(device => ("measured on", $"{device}: {page.Fingerprint(device)}")),
            .. scenario.Faults.Take(20).Select(f => ("fault", $"{f.Device}: {f.Fault}: {f.Detail}")),
            .. scenario.Notes.Take(50).Select(n => ("note", n.Text)),
        ];
        if (pairs.Any())
        {
            page.Html.Pairs("pairs", pairs);
        }
    }

    private static void Transcript(ReportPage page, string name)
    {
        var html = page.Html;
        if (!page.HasRoomForFiles)
        {
            html.Open("p", ("class", "more")).Text("Transcript: ").Element("a", name, ("href", RunFiles.Link(name))).Close();
            return;
        }

        using var file = page.Files.Open(name, out var why);
        if (file is null)
        {
            html.Element("p", $"Transcript {name}: {why}.", ("class", "more"));
            return;
        }

        html.Open("details", ("class", "transcript")).Element("summary", $"Transcript of {Path.GetFileNameWithoutExtension(name)}").Open("p").Element("a", name, ("href", RunFiles.Link(name))).Close();
        html.Open("pre", ("tabindex", "0"), ("role", "region"), ("aria-label", $"Transcript {name}")).Lines(TranscriptText.Read(file, LongestTranscript)).Close(2).Line();
    }
}
