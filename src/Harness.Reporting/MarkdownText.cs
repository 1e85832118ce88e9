namespace Harness.Reporting;

/// <summary>Builds Markdown and escapes text from outside.</summary>
/// <param name="most">Characters after which there is no room for more; without it there always is.</param>
internal sealed class MarkdownText(int most = int.MaxValue)
{
    // Of a value, where room is limited.
    private const int LongestCell = 300;

    private readonly StringBuilder _text = new();

    /// <summary>True while there is room for more.</summary>
    public bool HasRoom => _text.Length < most;

    /// <summary>Escapes text and cuts it where room is limited.</summary>
    public string Fitted(string text) => Escape(most == int.MaxValue ? text : Html.HtmlText.Cut(text, LongestCell));

    public MarkdownText Line(string line = "")
    {
        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>Appends a table with an optional heading; nothing if there are no rows.</summary>
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
        var shown = all.TakeWhile(_ => HasRoom).Count(row =>
        {
            Line($"| {string.Join(" | ", row.Select(Fitted))} |");
            return true;
        });
        if (shown < all.Length)
        {
            Line().Line($"{all.Length - shown} more rows are in the record; this summary has no more room.");
        }
    }

    /// <summary>Escapes text so that Markdown shows it unchanged, on one line.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in ForeignText.Line(text))
        {
            // A mention or a reference would notify people and link to other projects' issues when the summary is posted.
            _ = c switch
            {
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '&' => escaped.Append("&amp;"),
                '@' => escaped.Append("&#64;"),
                '$' => escaped.Append("&#36;"), // GitHub's mathematics
                '#' => escaped.Append("&#35;"),
                '|' or '\\' or '`' or '*' or '_' or '[' or ']' or '~' or '!' => escaped.Append('\\').Append(c),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Prepares text for a code span, in which a backtick would end the span.</summary>
    public static string Code(string text) => ForeignText.Line(text).Replace('`', '\'');

    public override string ToString() => _text.ToString();
}
