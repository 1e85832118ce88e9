namespace Harness.Reporting.Html;

/// <summary>Draws a rig: this machine in the middle, what is wired to it on the left, the broker on the right; each wire is labelled with what carries it.</summary>
internal static class RigDrawing
{
    private const int Width = 980;
    private const int BoxWidth = 230;
    private const int BoxHeight = 46;
    private const int Gap = 14;
    private const int MiddleLeft = 500;
    private const int MiddleWidth = 150;
    private const int RightLeft = Width - 220;
    private const int MostParts = 24;

    /// <summary>Writes the drawing; the table below it holds the same in words.</summary>
    /// <param name="html">Takes it.</param>
    /// <param name="rig">The rig's name, or that of the broker or client that was tried.</param>
    /// <param name="hasFile">True where a rig file describes it.</param>
    /// <param name="parts">The parts of the rig.</param>
    public static void Write(HtmlWriter html, string rig, bool hasFile, IReadOnlyList<WiredPart> parts)
    {
        html.Open("figure", ("class", "rig"));
        Svg(html, parts, (left, broker, height) => html.Open(
            "svg", ("viewBox", $"0 0 {Width} {height}"), ("role", "img"), ("aria-label", $"Drawing of the rig {rig}: {left} parts wired to this machine{(broker ? ", and its broker" : "")}; the table below says the same")));
        var more = parts.Count(p => p.Kind != "broker") - MostParts;
        html.Element("figcaption", $"{(hasFile ? $"The rig {rig}, from its file" : $"{rig}, tried from this machine without a rig file")}{(more > 0 ? $"; {more} more parts stand in the table" : "")}").Close().Line();
    }

    /// <summary>Writes the drawing as a file of its own.</summary>
    /// <param name="html">Takes it.</param>
    /// <param name="rig">The rig's name.</param>
    /// <param name="parts">The parts of the rig.</param>
    public static void WriteFile(HtmlWriter html, string rig, IReadOnlyList<WiredPart> parts)
    {
        Svg(html, parts, (_, _, height) =>
        {
            html.Open("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", $"0 0 {Width} {height}"), ("width", N(Width)), ("height", N(height)), ("role", "img"), ("font-family", "sans-serif"));
            html.Element("title", $"The rig {rig}, from its file").Element("style", Style).Open("rect", ("width", "100%"), ("height", "100%"), ("class", "paper")).Close().Line();
        });
        html.Line();
    }

    // Colours that keep their contrast in print; a page brings its own.
    private const string Style =
        ".paper{fill:#fff} rect{fill:#f4f4f4;stroke:#444} .device rect{fill:#e3effa} .sensor rect{fill:#e6f4e1} .line rect{fill:#fbf0d9} line{stroke:#444} "
        + "text{font-size:12px;fill:#111} .name{font-weight:bold;font-size:13px}";

    private static void Svg(HtmlWriter html, IReadOnlyList<WiredPart> parts, Action<int, bool, int> open)
    {
        var left = parts.Where(p => p.Kind != "broker").Take(MostParts).ToList();
        var broker = parts.FirstOrDefault(p => p.Kind == "broker");
        var height = Math.Max(1, left.Count) * (BoxHeight + Gap) + Gap;
        open(left.Count, broker is not null, height);
        html.Open("g", ("class", "middle"));
        Box(html, MiddleLeft, Gap, MiddleWidth, height - (2 * Gap));
        Words(html, MiddleLeft + (MiddleWidth / 2), height / 2, "this machine", "name", "middle");
        html.Close();
        for (var i = 0; i < left.Count; i++)
        {
            Part(html, left[i], Gap + (i * (BoxHeight + Gap)));
        }

        if (broker is not null)
        {
            var y = (height - BoxHeight) / 2;
            Wire(html, MiddleLeft + MiddleWidth, RightLeft, y + (BoxHeight / 2), "MQTT");
            html.Open("g", ("class", "broker"));
            Box(html, RightLeft, y, Width - RightLeft - 2, BoxHeight);
            Words(html, RightLeft + 10, y + 19, Short(broker.Name, 26), "name", "start");
            Words(html, RightLeft + 10, y + 36, Short(broker.Detail, 32), "detail", "start");
            html.Close();
        }

        html.Close();
    }

    private static void Part(HtmlWriter html, WiredPart part, int y)
    {
        Wire(html, BoxWidth + 2, MiddleLeft, y + (BoxHeight / 2), part.To.Length > 0 ? $"{part.By} of {part.To}" : part.By);
        html.Open("g", ("class", part.Kind));
        Box(html, 2, y, BoxWidth, BoxHeight);
        Words(html, 12, y + 19, Short($"{part.Name} ({part.Kind})", 30), "name", "start");
        Words(html, 12, y + 36, Short(part.Detail, 34), "detail", "start");
        html.Close();
    }

    private static void Wire(HtmlWriter html, int from, int to, int y, string by)
    {
        html.Open("line", ("x1", N(from)), ("x2", N(to)), ("y1", N(y)), ("y2", N(y))).Close();
        Words(html, (from + to) / 2, y - 6, Short(by, (to - from) / 7), "detail", "middle");
    }

    private static void Box(HtmlWriter html, int x, int y, int width, int height) =>
        html.Open("rect", ("x", N(x)), ("y", N(y)), ("width", N(width)), ("height", N(height)), ("rx", "6")).Close();

    private static void Words(HtmlWriter html, int x, int y, string words, string kind, string anchor) =>
        html.Element("text", words, ("x", N(x)), ("y", N(y)), ("class", kind), ("text-anchor", anchor));

    private static string Short(string text, int longest) => text.Length <= longest ? text : "…" + text[^(longest - 1)..];

    private static string N(int value) => value.ToString(CultureInfo.InvariantCulture);
}
