namespace Harness.Reporting.Html;

/// <summary>The packets of a capture with the names that Wireshark gives their fields, from the listing that was written beside the capture.</summary>
internal static class CapturePart
{
    /// <summary>The suffix of a capture's name for its listing.</summary>
    public const string ListingEnding = ".packets.jsonl";

    private const int MostPackets = 200;

    public static void Write(ReportPage page, string capture)
    {
        var html = page.Html;
        using var listing = page.Files.Open(capture + ListingEnding, out var why);
        html.Open("p").Text("Capture for Wireshark: ").Element("a", capture, ("href", RunFiles.Link(capture))).Close();
        if (listing is null)
        {
            html.Element("p", $"Its packets are not listed: {capture}{ListingEnding}: {why}.", ("class", "more"));
            return;
        }

        if (!page.HasRoomForFiles)
        {
            html.Element("p", "Its packets are not listed here, as this report has no more room.", ("class", "more"));
            return;
        }

        html.Open("details", ("class", "packets")).Element("summary", "Packets").Open("div", ("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", $"Packets of {capture}"));
        html.Open("table").Element("caption", $"Packets of {capture}").Open("thead").Open("tr");
        foreach (var title in (string[])["no.", "seconds", "connection", "packet", "fields"])
        {
            html.Element("th", title, ("scope", "col"));
        }

        html.Close(2).Open("tbody");
        using var reader = new StreamReader(listing);
        var unreadable = 0;
        for (var n = 1; reader.ReadLine() is { } line; n++)
        {
            if (n > MostPackets)
            {
                html.Open("tr").Element("td", "more packets are in the capture", ("colspan", "5")).Close();
                break;
            }

            unreadable += Row(html, line, n) ? 0 : 1;
        }

        html.Close(3);
        if (unreadable > 0)
        {
            html.Element("p", $"{unreadable} lines of the listing could not be read.", ("class", "more"));
        }

        html.Close().Line();
    }

    private static bool Row(HtmlWriter html, string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var packet = json.RootElement;
            var seconds = packet.GetProperty("seconds").GetDouble().ToString("0.000000", CultureInfo.InvariantCulture);
            var way = $"{packet.GetProperty("connection").GetInt32()} {packet.GetProperty("to").GetString()}{(packet.GetProperty("altered").GetBoolean() ? ", altered or made up by the tap" : "")}";
            var name = packet.GetProperty("packet").GetString() ?? "";
            var fields = packet.GetProperty("fields").EnumerateArray().Select(f => (Name: f[0].GetString() ?? "", Value: f[1].GetString() ?? "")).ToList();
            html.Open("tr").Element("th", $"{number}", ("scope", "row")).Element("td", seconds).Element("td", way).Element("td", name).Open("td");
            foreach (var (field, value) in fields)
            {
                html.Open("span", ("class", "field")).Element("code", field).Text($" {HtmlText.Cut(value, 160)}").Close().Text(" ");
            }

            html.Close(2).Line();
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or IndexOutOfRangeException)
        {
            return false;
        }
    }
}
