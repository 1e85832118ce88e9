namespace Harness.Reporting.Html;

/// <summary>One cell of the claims table: its attacks, each with its positive control, its evidence and its capture.</summary>
internal static class CellPart
{
    public static void Write(ReportPage page, ClaimCell cell)
    {
        var html = page.Html;
        html.Open("details", ("class", "fold cell"), ("id", ClaimsSection.Anchor(cell)), ("data-claim", cell.Claim), ("data-scheme", cell.Scheme), ("data-aspect", cell.Aspect));
        html.Open("summary").Badge(VerdictMark.Kind(cell), ClaimTexts.Seen(cell.Seen), ClaimTexts.Word(cell.Seen).Replace('-', ' '))
            .Text($" {ClaimTexts.Name(cell.Claim, cell.Aspect)}, {ClaimTexts.Scheme(cell.Scheme, cell.Label)}{PluginText.Mark(cell.Plugin)}").Close();
        html.Element("p", ClaimTexts.Sentence(cell) + "." + (cell.OwnReading ? " Rests on our reading of the scheme." : ""));
        foreach (var attack in cell.Attacks)
        {
            Attack(page, attack);
        }

        html.Close().Line();
    }

    private static void Attack(ReportPage page, AttackEnded a)
    {
        var html = page.Html;
        html.Open("section", ("class", "attack")).Open("h4").Element("code", a.Attack).Text($" {ClaimTexts.Ended(a.Won)}{PluginText.Mark(a.Plugin)}").Close();
        html.Element("p", a.Summary);
        var scenario = page.Run.Scenarios.FirstOrDefault(s => s.Id == a.Scenario);
        html.Pairs("pairs",
            ("evidence", a.Evidence), ("adversary", a.Adversary), ("positive control", $"{ClaimTexts.Ended(a.ControlWon)} on {a.Control}"), ("evidence of the control", a.ControlEvidence),
            ("source", a.Reference), ("parties", $"{a.Publisher} to {a.Subscriber}; seed {a.Seed}"));
        if (scenario is not null)
        {
            html.Open("p").Element("a", $"Its scenario, {a.Scenario}", ("href", "#" + ReportPage.Anchor(scenario))).Close();
        }

        if (a.Capture is { } capture)
        {
            CapturePart.Write(page, capture);
        }

        html.Close().Line();
    }
}
