namespace Harness.Reporting.Claims;

/// <summary>Renders costs on the console: the paper's Table 4 as counted by the code, and the cost of a message's security for a device.</summary>
internal static class CostsConsole
{
    public static void Render(ConsoleText text, ClaimsResult claims)
    {
        Counts(text, claims);
        Messages(text, claims);
        Footprints(text, claims);
    }

    private static void Counts(ConsoleText text, ClaimsResult claims)
    {
        if (claims.Costs.Count == 0)
        {
            return;
        }

        text.Wrapped("", "Table 4, counted by the code that ran: Th hashes, Tex exponentiations, Ted messages or wraps encrypted or decrypted.");
        text.Wrapped("", "A board's SHA-256 blocks include its random generator. A wrap that went out before its reader had subscribed goes out again.");
        text.Blank();
        foreach (var scheme in claims.Costs.GroupBy(c => (c.Scheme, c.Label)))
        {
            text.Wrapped("", $"{scheme.Key.Scheme} ({ClaimTexts.Label(scheme.Key.Label)})");
            text.Table(
                ["phase", "party", "on", "Th", "Tex", "Ted", "SHA-256 blocks", "cipher blocks"],
                cuttable: [1, 2],
                rightAligned: [3, 4, 5, 6, 7],
                [.. scheme.Where(c => c.Hashes + c.Exponentiations + c.Ciphers > 0).Select(c => new[]
                {
                    c.Phase, c.Party, c.Device, $"{c.Hashes}", $"{c.Exponentiations}", $"{c.Ciphers}", $"{c.Sha256Blocks}", $"{c.CipherBlocks}",
                })]);
            foreach (var total in CostTotal.Of(scheme))
            {
                text.Wrapped("  ", total.Sentence);
            }

            text.Blank();
        }
    }

    private static void Messages(ConsoleText text, ClaimsResult claims)
    {
        foreach (var device in claims.Messages.GroupBy(m => m.Device))
        {
            var first = device.First();
            text.Wrapped("", $"What security costs per message on {device.Key} ({first.Unit.Symbol()}, {first.Provenance.Word()}; median of {device.Max(m => m.N)})");
            text.Table(
                ["scheme", "bytes", "seal", "open", "seal + open", "on the wire", "in clear", "added"],
                cuttable: [0],
                rightAligned: [1, 2, 3, 4, 5, 6, 7],
                [.. device.Select(m => new[]
                {
                    ClaimTexts.Scheme(m.Scheme, m.Label), $"{m.Bytes}", Value(m.Seal), Value(m.Open), Value(m.Seal + m.Open),
                    m.WireBytes is { } wire ? $"{wire}" : "none", $"{m.PlainWireBytes}", m.WireBytes is { } w ? $"{w - m.PlainWireBytes}" : "none",
                })]);
            foreach (var missing in device.Where(m => m.Reason is not null).GroupBy(m => m.Reason))
            {
                text.Wrapped("  ", $"none at {string.Join(", ", missing.Select(m => m.Bytes).Distinct())} bytes: {missing.Key}");
            }

            text.Blank();
        }
    }

    private static void Footprints(ConsoleText text, ClaimsResult claims)
    {
        foreach (var board in claims.Footprints.GroupBy(f => (f.Device, f.Board, f.Build, f.Provenance)))
        {
            text.Wrapped("", $"What each scheme takes on {board.Key.Device} ({board.Key.Board}, build {board.Key.Build}; bytes; stack {board.Key.Provenance.Word()})");
            var rows = board.Where(f => f.Reason is null).ToList();
            if (rows.Count > 0)
            {
                text.Table(["scheme", .. FootprintTexts.Columns], cuttable: [0], rightAligned: [1, 2, 3, 4, 6, 7], [.. rows.Select(f => (string[])[ClaimTexts.Scheme(f.Scheme, f.Label), .. FootprintTexts.Cells(f)])]);
            }

            foreach (var (reason, schemes) in FootprintTexts.Reasons(board))
            {
                // A command is copied into a shell: it stands on a line of its own, unbroken.
                var parts = $"{schemes}: {reason}".Split(FootprintTexts.Next, 2);
                text.Wrapped("  ", parts[0]);
                if (parts.Length > 1)
                {
                    text.Whole("    next: ", parts[1]);
                }
            }

            text.Blank();
        }

        if (claims.Footprints.Count > 0)
        {
            text.Wrapped("", FootprintTexts.Attribution);
            text.Wrapped("", FootprintTexts.Stack);
            text.Blank();
        }
    }

    private static string Value(double? value) => value is { } number ? ReadableNumber.Cell(number, Unit.Count, exact: true) : "none";
}
