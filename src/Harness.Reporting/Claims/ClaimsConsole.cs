namespace Harness.Reporting.Claims;

/// <summary>The claims tables on the console: the papers' statements, the expected and actual results, and the evidence.</summary>
public static class ClaimsConsole
{
    private const int MinimumWidth = 40;
    private const int ClaimColumn = 39;
    private const int SchemeColumn = 20;

    /// <summary>Renders plain text; its lines end with LF and fit the width, except for paths and commands, which are never cut.</summary>
    /// <param name="claims">The claims of a run.</param>
    /// <param name="color">True to colour verdicts by ANSI sequences.</param>
    /// <param name="width">Columns; fewer than 40 are taken as 40.</param>
    public static string Render(ClaimsResult claims, bool color = false, int width = ConsoleSummary.DefaultWidth)
    {
        ArgumentNullException.ThrowIfNull(claims);
        width = Math.Max(width, MinimumWidth);
        var text = new ConsoleText(width, color);
        if (claims.Cells.Count > 0)
        {
            Evidence(text, claims);
        }

        Findings(text, claims);
        CostsConsole.Render(text, claims);
        if (claims.Groups.Count > 0)
        {
            // Last, so that it is on the screen when the rest has scrolled by.
            Matrix(text, claims, width);
        }

        Verdict(text, claims);
        return text.ToString();
    }

    private static void Matrix(ConsoleText text, ClaimsResult claims, int width)
    {
        var papers = claims.OfPapers.ToList();
        foreach (var group in claims.Groups)
        {
            if (group.Title.Length > 0)
            {
                text.Wrapped("", group.Title);
            }

            if (ClaimColumn + SchemeColumn > width)
            {
                Narrow(text, group);
            }
            else
            {
                Wide(text, group, perBlock: (width - ClaimColumn) / SchemeColumn);
            }

            foreach (var choice in group.Choices)
            {
                text.Wrapped("", choice);
            }

            text.Blank();
        }

        text.Wrapped("", "✓ holds  ✗ broken  ? not decided  – not applicable  · not stated  ! other than expected");
        if (papers.Any(c => c.OwnReading))
        {
            text.Wrapped("", ClaimTexts.OwnReading);
        }

        if (papers.Any(c => c.Claim == "UA"))
        {
            text.Wrapped("", ClaimTexts.AnonymityExcludes);
        }

        if (claims.Groups.Any(g => g.HasNotDecided))
        {
            text.Blank();
            text.Wrapped("", ClaimTexts.NotDecidedTitle);
            foreach (var (system, reason) in ClaimTexts.NotDecided)
            {
                text.Wrapped("  ", $"{system}: {reason}");
            }
        }

        text.Blank();
    }

    private static void Wide(ConsoleText text, ClaimGroup group, int perBlock)
    {
        for (var at = 0; at < group.Schemes.Count; at += perBlock)
        {
            var block = group.Schemes.Skip(at).Take(perBlock).ToList();
            Line(text, "", block.Select(s => s.Scheme));
            Line(text, "", block.Select(s => ClaimTexts.Label(s.Label)));
            Line(text, "claim", block.Select(_ => "paper exp. seen"));
            foreach (var row in group.Rows)
            {
                var cells = row.Cells.Skip(at).Take(perBlock).ToList();
                if (cells.Exists(c => c is not null))
                {
                    Line(text, row.Name, cells.Select(c => c is null ? "" : $"  {ClaimTexts.Tick(c.Paper)}    {ClaimTexts.Expected(c.Expected)}    {Seen(c)}"));
                }
            }

            text.Blank();
        }
    }

    private static void Narrow(ConsoleText text, ClaimGroup group)
    {
        foreach (var (row, cell) in group.Rows.SelectMany(row => row.Cells.OfType<ClaimCell>().Select(cell => (row, cell))).OrderBy(c => group.Schemes.Select(s => s.Scheme).ToList().IndexOf(c.cell.Scheme)))
        {
            text.Wrapped("", $"{cell.Scheme} {row.Name}: paper {ClaimTexts.Tick(cell.Paper)}, expected {ClaimTexts.Expected(cell.Expected)}, seen {Seen(cell)}");
        }
    }

    private static string Seen(ClaimCell cell) => ClaimTexts.Seen(cell.Seen) + (cell.Differs ? "!" : "") + (cell is { OwnReading: true, Seen: not CellSeen.NotApplicable } ? "*" : "");

    private static void Line(ConsoleText text, string head, IEnumerable<string> cells) =>
        text.Line((Pad(head, ClaimColumn) + string.Concat(cells.Select(c => Pad(c, SchemeColumn)))).TrimEnd());

    private static string Pad(string text, int columns) => ConsoleText.Fitted(text, columns);

    private static void Evidence(ConsoleText text, ClaimsResult claims)
    {
        foreach (var scheme in claims.Cells.Where(c => c.Attacks.Count > 0 || c.IsOpen).GroupBy(c => (c.Scheme, c.Label)))
        {
            text.Wrapped("", ClaimTexts.Scheme(scheme.Key.Scheme, scheme.Key.Label));
            foreach (var cell in scheme)
            {
                text.Verdict(Color(cell), $"  {ClaimTexts.Seen(cell.Seen)} {ClaimTexts.Name(cell.Claim, cell.Aspect)}{PluginText.Mark(cell.Plugin)}{(cell.OwnReading ? " *" : "")}: {ClaimTexts.Sentence(cell)}");
                foreach (var attack in cell.Attacks)
                {
                    Attack(text, attack);
                }
            }

            text.Blank();
        }
    }

    private static void Attack(ConsoleText text, AttackEnded attack)
    {
        text.Wrapped("      ", $"{attack.Attack} {ClaimTexts.Ended(attack.Won)}: {attack.Evidence}");
        if (attack.Adversary.Length > 0)
        {
            text.Wrapped("        adversary  ", attack.Adversary);
        }

        text.Wrapped("        control    ", $"{ClaimTexts.Ended(attack.ControlWon)} on {attack.Control}: {attack.ControlEvidence}");
        text.Wrapped("        source     ", $"{attack.Reference}; seed {attack.Seed}; {attack.Publisher} to {attack.Subscriber}");
        if (attack.Capture is { } capture)
        {
            text.Whole("        capture    ", capture);
        }
    }

    private static void Findings(ConsoleText text, ClaimsResult claims)
    {
        if (claims.Findings.Count == 0)
        {
            return;
        }

        text.Wrapped("", "Findings beyond the claims, each with its cheapest repair");
        foreach (var finding in claims.Findings)
        {
            text.Wrapped("  ", $"{(finding.Shown switch { true => "shown", false => "not shown", null => "not decided" })}: "
                + $"{finding.Finding}{PluginText.Mark(finding.Plugin)}, {ClaimTexts.Scheme(finding.Scheme, finding.Label)}: {finding.Words}");
            text.Wrapped("        seen    ", finding.Evidence);
            text.Wrapped("        repair  ", finding.Repair + ClaimTexts.Repaired(finding));
        }

        text.Blank();
    }

    private static void Verdict(ConsoleText text, ClaimsResult claims)
    {
        if (claims.Cells.Count == 0)
        {
            return;
        }

        foreach (var cell in claims.Cells.Where(c => c.Differs).Concat(claims.Cells.Where(c => c.IsOpen)))
        {
            text.Verdict(
                Color(cell), $"{(cell.Differs ? "DIFFERS" : "NOT DECIDED")}  {cell.Scheme}: {ClaimTexts.Name(cell.Claim, cell.Aspect)}{PluginText.Mark(cell.Plugin)}: {ClaimTexts.Sentence(cell)}");
        }

        // Cells of plugins are counted apart: the papers' table stays what it is.
        foreach (var of in claims.Cells.GroupBy(c => c.Plugin))
        {
            var (differ, open) = (of.Count(c => c.Differs), of.Count(c => c.IsOpen));
            var verdict = differ > 0 ? Record.Verdict.Fail : open > 0 ? Record.Verdict.Inconclusive : Record.Verdict.Pass;
            text.Verdict(verdict, $"{of.Count()} {(of.Count() == 1 && of.Key is not null ? "cell" : "cells")}{(of.Key is null ? "" : $" of plugin {of.Key}")}: {of.Count(c => c.AsExpected)} as expected, {differ} other than expected, "
                + $"{open} not decided; {of.Count(c => c is { Paper: true, Seen: CellSeen.Broken })} broken that the paper says hold");
        }
    }

    private static Verdict Color(ClaimCell cell) => cell.Differs ? Record.Verdict.Fail : cell.IsOpen ? Record.Verdict.Inconclusive : Record.Verdict.Pass;
}
