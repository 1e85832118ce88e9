namespace Harness.Reporting.Html;

/// <summary>The basis of the run's numbers: machine, rig, plugins, deselected scenarios, notes; and the licences of what draws the charts.</summary>
internal static class RunSection
{
    private const int Most = 500;

    public static void Write(ReportPage page)
    {
        var run = page.Run;
        var html = page.Begin("run", "This run");
        html.Table("Run, machine and devices", ["name", "value"], RunProperties.Of(run).Where(p => !p.Name.StartsWith("scenario.", StringComparison.Ordinal)).Take(Most).Select(p => (string[])[p.Name, p.Value]));
        foreach (var plugin in PluginText.Lines(run))
        {
            html.Element("p", plugin);
        }

        Files(page);
        List(html, "Left out", [.. run.Deselected.Select(d => $"{d.Id} {d.Name}: {d.Reason}")]);
        List(html, "Notes", [.. run.Notes.Where(n => n.Scenario is null).Select(n => n.Text)]);
        html.Open("details", ("class", "fold")).Element("summary", "Licences of the software in this page").Open("pre", ("tabindex", "0"), ("role", "region"), ("aria-label", "Licences")).Lines(PageParts.Licences).Close(2);
        html.Close().Line();
    }

    private static void Files(ReportPage page)
    {
        var (html, files) = (page.Html, page.Run.Files);
        if (files.Count == 0)
        {
            return;
        }

        html.Open("details", ("class", "fold")).Element("summary", $"Files beside the record ({files.Count})");
        html.Element("p", "Their hashes stand in the record; ./harness report RUN --verify holds both against each other.");
        html.Open("div", ("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", "Files beside the record")).Open("table").Element("caption", "Files at the end of the run").Open("thead").Open("tr");
        foreach (var title in (string[])["file", "bytes", "SHA-256"])
        {
            html.Element("th", title, ("scope", "col"));
        }

        html.Close(2).Open("tbody");
        foreach (var file in files.Take(Most).TakeWhile(_ => page.HasRoomForRows))
        {
            html.Open("tr").Open("th", ("scope", "row")).Element("a", file.Name, ("href", RunFiles.Link(file.Name))).Close();
            html.Element("td", file.Bytes.ToString("N0", CultureInfo.InvariantCulture)).Open("td").Element("code", file.Sha256).Close(2).Line();
        }

        html.Close(3);
        if (files.Count > Most)
        {
            html.Element("p", $"{files.Count - Most} more are in the record.", ("class", "more"));
        }

        html.Close().Line();
    }

    private static void List(HtmlWriter html, string title, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        html.Open("details", ("class", "fold")).Element("summary", $"{title} ({lines.Count})").Open("ul");
        foreach (var line in lines.Take(Most))
        {
            html.Element("li", line);
        }

        if (lines.Count > Most)
        {
            html.Element("li", $"{lines.Count - Most} more are in the record");
        }

        html.Close(2).Line();
    }
}
