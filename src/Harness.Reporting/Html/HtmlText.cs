namespace Harness.Reporting.Html;

/// <summary>Makes text safe inside HTML. Everything that a report prints goes through <see cref="Escape"/>, so that no name or payload is ever markup.</summary>
internal static class HtmlText
{
    /// <summary>Characters of a name or a sentence that are shown.</summary>
    public const int Longest = 1000;

    /// <summary>Escapes text for element content and for attribute values in quotation marks; what is invisible or controls a terminal becomes <c>\u{1b}</c>.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="keepLines">True to keep line breaks and tabs.</param>
    public static string Escape(string text, bool keepLines = false)
    {
        var printable = keepLines ? ForeignText.Lines(text) : ForeignText.Line(text);
        if (printable.AsSpan().IndexOfAny("&<>\"'") < 0)
        {
            return printable;
        }

        var escaped = new StringBuilder(printable.Length + 32);
        foreach (var c in printable)
        {
            _ = c switch
            {
                '&' => escaped.Append("&amp;"),
                '<' => escaped.Append("&lt;"),
                '>' => escaped.Append("&gt;"),
                '"' => escaped.Append("&quot;"),
                '\'' => escaped.Append("&#39;"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    /// <summary>Cuts a long text and says how long it was: <c>xxx... (10,240 characters)</c>.</summary>
    public static string Cut(string text, int longest = Longest)
    {
        if (text.Length <= longest)
        {
            return text;
        }

        var end = char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest;
        return string.Create(CultureInfo.InvariantCulture, $"{text[..end]}... ({text.Length:N0} characters)");
    }

    /// <summary>The address of a part of the page, which is its <c>id</c> too: <c>claim=DI&amp;scheme=mqtt-present</c>.</summary>
    /// <param name="named">Names and values; those without a value are left out.</param>
    public static string Anchor(params IEnumerable<(string Name, string Value)> named) =>
        string.Join('&', named.Where(n => n.Value.Length > 0).Select(n => $"{n.Name}={Uri.EscapeDataString(Cut(Whole(n.Value), 300))}"));

    // A lone surrogate cannot be written into an address.
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
