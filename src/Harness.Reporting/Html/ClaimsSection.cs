namespace Harness.Reporting.Html;

/// <summary>The claims of the papers beside what the experiment says, each cell with its attacks, their controls, evidence and captures.</summary>
internal static class ClaimsSection
{
    /// <summary>The address of a cell in the page: <c>claim=DI&amp;aspect=wire&amp;scheme=mqtt-present</c>.</summary>
    public static string Anchor(ClaimCell cell) =>
        HtmlText.Anchor(("claim", cell.Claim), ("aspect", cell.Aspect), ("scheme", cell.Scheme), ("plugin", cell.Plugin ?? ""));

    public static void Write(ReportPage page)
    {
        var claims = page.Claims;
        if (claims.Cells.Count + claims.Findings.Count == 0)
        {
            return;
        }

        var html = page.Begin("claims", "Claims, decided by attacks");
        foreach (var group in claims.Groups)
        {
            Matrix(html, claims, group);
        }

        if (claims.OfPlugins.Any())
        {
            html.Table("Decided by attacks of plugins", ["claim", "plugin", "scheme", "expected", "experiment"], claims.OfPlugins.Select(c => (string[])
                [ClaimTexts.Name(c.Claim, c.Aspect), c.Plugin!, ClaimTexts.Scheme(c.Scheme, c.Label), c.Expected, Seen(c)]));
        }

        Findings(html, claims);
        if (claims.Cells.Count > 0)
        {
            html.Element("h3", "Attack by attack");
            html.Open("p", ("class", "buttons")).Element("button", "Open all", ("type", "button"), ("data-open", "true"))
                .Element("button", "Close all", ("type", "button"), ("data-open", "false")).Close();
        }

        // Undecided and unexpected cells have first claim on the room for captures.
        foreach (var cell in claims.Cells.OrderByDescending(c => c.Differs).ThenByDescending(c => c.IsOpen))
        {
            CellPart.Write(page, cell);
        }

        html.Close().Line();
    }

    private static void Matrix(HtmlWriter html, ClaimsResult claims, ClaimGroup group)
    {
        html.Open("div", ("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", $"Claims beside the experiment: {(group.Title.Length > 0 ? group.Title : "all schemes")}"));
        html.Open("table", ("class", "matrix"), ("data-group", group.Name))
            .Element("caption", $"{(group.Title.Length > 0 ? group.Title + ": what" : "What")} the paper claims beside what the experiment says. Each cell leads to its attacks.");
        html.Open("thead").Open("tr").Element("th", "claim", ("scope", "col"));
        foreach (var scheme in group.Schemes)
        {
            html.Open("th", ("scope", "col")).Text(scheme.Scheme).Element("small", $" {ClaimTexts.Label(scheme.Label)}").Close();
        }

        html.Close(2).Open("tbody");
        foreach (var row in group.Rows)
        {
            html.Open("tr").Element("th", row.Name, ("scope", "row"));
            foreach (var cell in row.Cells)
            {
                if (cell is null)
                {
                    html.Element("td", "not part of this run", ("class", "none"));
                    continue;
                }

                html.Open("td", ("class", VerdictMark.Kind(cell))).Open("a", ("href", "#" + Anchor(cell)));
                html.Open("span", ("class", "line")).Element("span", "paper ", ("class", "who")).Text(" ").Element("span", Paper(cell), ("class", "said")).Close();
                html.Open("span", ("class", "line")).Element("span", "experiment ", ("class", "who")).Text(" ").Element("b", Seen(cell) + (cell.OwnReading && cell.Seen != CellSeen.NotApplicable ? " *" : ""), ("class", "said")).Close();
                html.Close(2);
            }

            html.Close().Line();
        }

        html.Close(3);
        foreach (var choice in group.Choices)
        {
            html.Element("p", choice + ".", ("class", "choice"));
        }

        if (group.HasNotDecided)
        {
            html.Table(ClaimTexts.NotDecidedTitle, ["system", "reason"], ClaimTexts.NotDecided.Select(s => (string[])[s.System, s.Reason]));
        }

        var cells = claims.OfPapers.Where(c => group.Schemes.Any(s => s.Scheme == c.Scheme)).ToList();
        html.Element("p", (cells.Any(c => c.OwnReading) ? ClaimTexts.OwnReading + ". " : "") + (cells.Any(c => c.Claim == "UA") ? ClaimTexts.AnonymityExcludes : ""), ("class", "legend"));
    }

    /// <summary>The paper's statement with its sign.</summary>
    internal static string Paper(ClaimCell cell) => cell.Paper switch { true => "✓ holds", false => "✗ does not hold", null => "· says nothing" };

    /// <summary>The experiment's result with its sign, and a word where it was not expected.</summary>
    internal static string Seen(ClaimCell cell) =>
        $"{ClaimTexts.Seen(cell.Seen)} {ClaimTexts.Word(cell.Seen).Replace('-', ' ')}{(cell.Differs ? ", other than expected" : "")}";

    private static void Findings(HtmlWriter html, ClaimsResult claims)
    {
        if (claims.Findings.Count > 0)
        {
            html.Table("Findings beyond the claims", ["finding", "scheme", "what is wrong", "shown", "evidence", "cheapest repair"], claims.Findings.Select(f => (string[])
            [
                f.Finding + PluginText.Mark(f.Plugin), ClaimTexts.Scheme(f.Scheme, f.Label), f.Words, f.Shown switch { true => "yes", false => "no", null => "not decided" },
                f.Evidence, f.Repair + ClaimTexts.Repaired(f),
            ]));
        }
    }
}
