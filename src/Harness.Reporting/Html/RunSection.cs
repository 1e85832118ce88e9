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

        List(html, "Left out", [.. run.Deselected.Select(d => $"{d.Id} {d.Name}: {d.Reason}")]);
        List(html, "Notes", [.. run.Notes.Where(n => n.Scenario is null).Select(n => n.Text)]);
        html.Open("details", ("class", "fold")).Element("summary", "Licences of the software in this page").Open("pre", ("tabindex", "0"), ("role", "region"), ("aria-label", "Licences")).Lines(PageParts.Licences).Close(2);
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
