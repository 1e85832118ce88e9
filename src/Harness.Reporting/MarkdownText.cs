using System.Text;

namespace Harness.Reporting;

/// <summary>Builds Markdown in which foreign text stays text.</summary>
internal sealed class MarkdownText
{
    private readonly StringBuilder _text = new();

    public MarkdownText Line(string line = "")
    {
        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>A table with an optional heading; nothing at all without rows.</summary>
    public void Table(string? heading, string[] columns, IEnumerable<string[]> rows)
    {
        var all = rows.ToArray();
        if (all.Length == 0)
        {
            return;
        }

        Line();
        if (heading is not null)
        {
            Line($"## {heading}").Line();
        }

        Line($"| {string.Join(" | ", columns)} |");
        Line($"|{string.Concat(Enumerable.Repeat("---|", columns.Length))}");
        foreach (var row in all)
        {
            Line($"| {string.Join(" | ", row.Select(Escape))} |");
        }
    }

    /// <summary>Text that Markdown shows as it is, on one line.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in TerminalText.Printable(text))
        {
            // A mention or a reference would notify people and link to strangers' issues when the summary is posted.
            _ = c switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '@' => escaped.Append("&#64;"),
                '$' => escaped.Append("&#36;"), // mathematics, to GitHub
                '#' => escaped.Append("&#35;"),
                '|' or '\\' or '`' or '*' or '_' or '[' or ']' or '~' or '!' => escaped.Append('\\').Append(c),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Text for a code span: a backtick would end it.</summary>
    public static string Code(string text) => TerminalText.Printable(text).Replace('`', '\'');

    public override string ToString() => _text.ToString();
}
