namespace Harness.Reporting.Html;

/// <summary>The costs of security: operations counted by party and phase, and one message by scheme and board, and memory. Each device has a chart of its own, as units and provenance differ.</summary>
internal static class CostSection
{
    public static void Write(ReportPage page)
    {
        var (claims, html) = (page.Claims, page.Html);
        if (claims.Costs.Count + claims.Messages.Count + claims.Footprints.Count == 0)
        {
            return;
        }

        page.Begin("costs", "What security costs");
        foreach (var device in claims.Messages.GroupBy(m => (m.Device, m.Unit, m.Provenance)))
        {
            Messages(page, device.Key.Device, [.. device]);
        }

        if (claims.Costs.Count > 0)
        {
            html.Table("Operations counted by party and phase (Table 4 of the paper)", ["scheme", "phase", "party", "device", "Th", "Tex", "Ted", "SHA-256 blocks", "cipher blocks"], claims.Costs.Select(c => (string[])
            [
                ClaimTexts.Scheme(c.Scheme, c.Label), c.Phase, c.Party, c.Device, Number(c.Hashes), Number(c.Exponentiations), Number(c.Ciphers), Number(c.Sha256Blocks), Number(c.CipherBlocks),
            ]));
            html.Open("ul");
            foreach (var total in CostTotal.Of(claims.Costs))
            {
                html.Element("li", total.Sentence);
            }

            html.Close();
            page.Fingerprints(claims.Costs.Select(c => c.Device));
        }

        if (claims.Footprints.Count > 0)
        {
            html.Table(FootprintTexts.Title, FootprintTexts.FullColumns, claims.Footprints.Select(FootprintTexts.FullCells));
            html.Element("p", FootprintTexts.Attribution).Element("p", FootprintTexts.Stack);
        }

        html.Close().Line();
    }

    private static void Messages(ReportPage page, string device, IReadOnlyList<MessageCost> messages)
    {
        var html = page.Html;
        var (unit, provenance) = (messages[0].Unit.Symbol(), messages[0].Provenance.Word());
        var title = $"One message on {device}: {unit}, {provenance}";
        html.Element("h3", $"One message on {device}");
        html.Element("p", page.Fingerprint(device), ("class", "fingerprint"));
        html.Open("figure", ("data-chart", "costs"), ("data-unit", unit), ("data-title", title)).Element("figcaption", $"Sealing and opening one message, in {unit} ({provenance}), by length and scheme");
        html.Open("div", ("class", "charts")).Close();
        html.Open("div", ("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", title)).Open("table").Element("caption", title).Open("thead").Open("tr");
        foreach (var head in (string[])["scheme", "bytes", "seal", "open", "seal + open", "n", "bytes on the wire", "bytes in clear", "remark"])
        {
            html.Element("th", head, ("scope", "col"));
        }

        html.Close(2).Open("tbody");
        foreach (var m in messages)
        {
            var total = m.Seal + m.Open is { } sum && double.IsFinite(sum) ? sum.ToString("R", CultureInfo.InvariantCulture) : null;
            html.Open("tr", ("data-scheme", ClaimTexts.Scheme(m.Scheme, m.Label)), ("data-bytes", $"{m.Bytes}"), ("data-total", total)).Element("th", ClaimTexts.Scheme(m.Scheme, m.Label), ("scope", "row"));
            foreach (var cell in (string[])[$"{m.Bytes}", Value(m, m.Seal), Value(m, m.Open), Value(m, m.Seal + m.Open), $"{m.N}", m.WireBytes is { } wire ? $"{wire}" : "none", $"{m.PlainWireBytes}", m.Reason ?? ""])
            {
                html.Element("td", cell);
            }

            html.Close();
        }

        html.Close(4).Line();
    }

    private static string Value(MessageCost of, double? value) => value is { } number ? ReadableNumber.Cell(number, of.Unit, of.Provenance.IsExactCount()) : "none";

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
