namespace Harness.Reporting.Html;

/// <summary>The drawing of a rig as an SVG file.</summary>
public static class RigSvg
{
    /// <summary>Draws a rig: the same rig gives the same bytes.</summary>
    /// <param name="rig">The rig's name.</param>
    /// <param name="parts">Its parts, and what carries each.</param>
    public static string Render(string rig, IReadOnlyList<WiredPart> parts)
    {
        ArgumentNullException.ThrowIfNull(parts);
        using var text = new StringWriter();
        RigDrawing.WriteFile(new HtmlWriter(text), rig, parts);
        return text.ToString();
    }
}
