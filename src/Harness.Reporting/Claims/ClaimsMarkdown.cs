namespace Harness.Reporting.Claims;

/// <summary>Renders <c>claims.md</c>: the claims tables in GitHub-flavoured Markdown, with the evidence for every cell.</summary>
public static class ClaimsMarkdown
{
    /// <summary>Renders the claims of a run; sections without content are omitted.</summary>
    public static string Render(ClaimsResult claims)
    {
        ArgumentNullException.ThrowIfNull(claims);
        var md = new MarkdownText();
        md.Line("# Claims of the papers, decided by attacks");
        if (claims.Run.Started is { } run)
        {
            md.Line().Line($"Run `{MarkdownText.Code(run.RunId)}` of harness {MarkdownText.Escape(run.HarnessVersion)} on rig"
                + $" {MarkdownText.Escape(run.RigName)} (`{MarkdownText.Code(run.Rig)}`).");
        }

        if (claims.Cells.Count > 0)
        {
            Matrix(md, claims);
            md.Table(
                "Decided by attacks of plugins", ["plugin", "scheme", "claim", "expected", "seen"],
                claims.OfPlugins.Select(c => new[]
                {
                    c.Plugin!, ClaimTexts.Scheme(c.Scheme, c.Label), ClaimTexts.Name(c.Claim, c.Aspect), ClaimTexts.Expected(c.Expected),
                    ClaimTexts.Seen(c.Seen) + (c.Differs ? " (other than expected)" : ""),
                }));
            Evidence(md, claims);
        }

        md.Table(
            "Findings beyond the claims", ["finding", "scheme", "what is wrong", "shown", "seen", "cheapest repair"],
            claims.Findings.Select(f => new[]
            {
                f.Finding + PluginText.Mark(f.Plugin), ClaimTexts.Scheme(f.Scheme, f.Label), f.Words, f.Shown switch { true => "yes", false => "no", null => "not decided" }, f.Evidence, f.Repair + ClaimTexts.Repaired(f),
            }));
        Costs(md, claims);
        return md.ToString();
    }

    private static void Matrix(MarkdownText md, ClaimsResult claims)
    {
        foreach (var group in claims.Groups)
        {
            md.Table(
                group.Title.Length > 0 ? group.Title : "Table 3, decided",
                ["claim", .. group.Schemes.Select(s => $"{s.Scheme} ({ClaimTexts.Label(s.Label)}): paper / expected / seen")],
                group.Rows.Select(row => (string[])[row.Name, .. row.Cells.Select(c => c is null ? "" : Marks(c))]));
            foreach (var choice in group.Choices)
            {
                md.Line().Line(MarkdownText.Escape(choice + "."));
            }
        }

        md.Line().Line("✓ holds, ✗ broken, ? not decided, – not applicable, · not stated.");
        if (claims.OfPapers.Any(c => c.OwnReading))
        {
            md.Line().Line(MarkdownText.Escape(ClaimTexts.OwnReading + "."));
        }

        if (claims.OfPapers.Any(c => c.Claim == "UA"))
        {
            md.Line().Line(MarkdownText.Escape(ClaimTexts.AnonymityExcludes));
        }

        if (claims.Groups.Any(g => g.HasNotDecided))
        {
            md.Table(ClaimTexts.NotDecidedTitle, ["system", "reason"], ClaimTexts.NotDecided.Select(s => new[] { s.System, s.Reason }));
        }
    }

    private static string Marks(ClaimCell cell) =>
        $"{ClaimTexts.Tick(cell.Paper)} / {ClaimTexts.Expected(cell.Expected)} / {ClaimTexts.Seen(cell.Seen)}{(cell.Differs ? " (other than expected)" : "")}"
        + (cell is { OwnReading: true, Seen: not CellSeen.NotApplicable } ? "*" : "");

    private static void Evidence(MarkdownText md, ClaimsResult claims)
    {
        foreach (var scheme in claims.Cells.GroupBy(c => (c.Scheme, c.Label)))
        {
            md.Line().Line($"## Evidence: {MarkdownText.Escape(scheme.Key.Scheme)} ({ClaimTexts.Label(scheme.Key.Label)})");
            foreach (var cell in scheme)
            {
                md.Line().Line($"### {ClaimTexts.Seen(cell.Seen)} {MarkdownText.Escape(ClaimTexts.Name(cell.Claim, cell.Aspect) + PluginText.Mark(cell.Plugin))}").Line();
                md.Line(MarkdownText.Escape(ClaimTexts.Sentence(cell) + "." + (cell.OwnReading ? " Rests on our reading of the scheme." : "")));
                if (cell.Claim == "UA")
                {
                    md.Line().Line(MarkdownText.Escape(ClaimTexts.AnonymityExcludes));
                }

                foreach (var attack in cell.Attacks)
                {
                    Attack(md, attack);
                }
            }
        }
    }

    private static void Attack(MarkdownText md, AttackEnded a)
    {
        md.Line().Line($"- `{MarkdownText.Code(a.Attack)}` **{ClaimTexts.Ended(a.Won)}**: {MarkdownText.Escape(a.Summary)}");
        md.Line($"  - evidence: {MarkdownText.Escape(a.Evidence)}");
        md.Line($"  - adversary: {MarkdownText.Escape(a.Adversary)}");
        md.Line($"  - control: {ClaimTexts.Ended(a.ControlWon)} on {MarkdownText.Escape($"{a.Control}: {a.ControlEvidence}")}");
        md.Line($"  - source: {MarkdownText.Escape(a.Reference)}; seed {a.Seed}; {MarkdownText.Escape($"{a.Publisher} to {a.Subscriber}")};"
            + $" scenario `{MarkdownText.Code(a.Scenario)}`{(a.Capture is { } capture ? $"; capture `{MarkdownText.Code(capture)}`" : "")}");
    }

    private static void Costs(MarkdownText md, ClaimsResult claims)
    {
        md.Table(
            "Table 4, counted", ["scheme", "phase", "party", "device", "Th", "Tex", "Ted", "SHA-256 blocks", "cipher blocks"],
            claims.Costs.Select(c => new[]
            {
                ClaimTexts.Scheme(c.Scheme, c.Label), c.Phase, c.Party, c.Device, $"{c.Hashes}", $"{c.Exponentiations}", $"{c.Ciphers}", $"{c.Sha256Blocks}",
                $"{c.CipherBlocks}",
            }));
        foreach (var total in CostTotal.Of(claims.Costs))
        {
            md.Line().Line(MarkdownText.Escape(total.Sentence + "."));
        }

        md.Table(
            "What security costs per message",
            ["device", "scheme", "bytes", "seal", "open", "seal + open", "unit", "provenance", "n", "bytes on the wire", "bytes in clear", "remark"],
            claims.Messages.Select(m => new[]
            {
                m.Device, ClaimTexts.Scheme(m.Scheme, m.Label), $"{m.Bytes}", Value(m.Seal), Value(m.Open), Value(m.Seal + m.Open), m.Unit.Symbol(),
                m.Provenance.Word(), $"{m.N}", m.WireBytes is { } wire ? $"{wire}" : "none", $"{m.PlainWireBytes}", m.Reason ?? "",
            }));
        md.Table(FootprintTexts.Title, FootprintTexts.FullColumns, claims.Footprints.Select(FootprintTexts.FullCells));
        if (claims.Footprints.Count > 0)
        {
            md.Line().Line(MarkdownText.Escape(FootprintTexts.Attribution)).Line().Line(MarkdownText.Escape(FootprintTexts.Stack));
        }
    }

    private static string Value(double? value) => value is { } number ? ReadableNumber.Cell(number, Unit.Count, exact: true) : "none";
}
