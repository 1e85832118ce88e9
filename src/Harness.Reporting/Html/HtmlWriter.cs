namespace Harness.Reporting.Html;

/// <summary>Writes HTML as elements, attributes and text, each text escaped; tags that were opened are closed in order.</summary>
internal sealed class HtmlWriter(TextWriter output)
{
    private readonly Stack<string> _open = new();

    /// <summary>Bytes of UTF-8 written so far.</summary>
    public long Written { get; private set; }

    /// <summary>Writes the first line of a page.</summary>
    public HtmlWriter Begin()
    {
        Put("<!doctype html>\n");
        return this;
    }

    /// <summary>Opens an element.</summary>
    /// <param name="tag">Its name.</param>
    /// <param name="attributes">Its attributes: null omits one, an empty value writes its name alone.</param>
    public HtmlWriter Open(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(tag, attributes);
        _open.Push(tag);
        return this;
    }

    /// <summary>Closes the element opened last.</summary>
    /// <param name="count">The number of elements.</param>
    public HtmlWriter Close(int count = 1)
    {
        for (; count > 0; count--)
        {
            Put("</");
            Put(_open.Pop());
            Put(">");
        }

        return this;
    }

    /// <summary>Writes an element that has no content, such as <c>input</c>.</summary>
    public HtmlWriter Void(string tag, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Tag(tag, attributes);
        return this;
    }

    /// <summary>Writes an element with text in it.</summary>
    public HtmlWriter Element(string tag, string text, params ReadOnlySpan<(string Name, string? Value)> attributes) => Open(tag, attributes).Text(text).Close();

    /// <summary>Writes text, cut where it is very long.</summary>
    public HtmlWriter Text(string text)
    {
        Put(HtmlText.Escape(HtmlText.Cut(text)));
        return this;
    }

    /// <summary>Writes lines as they are, at any length.</summary>
    public HtmlWriter Lines(string text)
    {
        Put(HtmlText.Escape(text, keepLines: true));
        return this;
    }

    /// <summary>Starts a new line of the file, for whoever reads its source.</summary>
    public HtmlWriter Line()
    {
        Put("\n");
        return this;
    }

    /// <summary>Writes a table whose first column names its rows.</summary>
    /// <param name="caption">A description of its content.</param>
    /// <param name="head">Headings of its columns.</param>
    /// <param name="rows">Its rows.</param>
    public HtmlWriter Table(string caption, IReadOnlyList<string> head, IEnumerable<IReadOnlyList<string>> rows)
    {
        Open("div", ("class", "wide"), ("tabindex", "0"), ("role", "region"), ("aria-label", caption)).Open("table").Element("caption", caption);
        Open("thead").Open("tr");
        foreach (var title in head)
        {
            Element("th", title, ("scope", "col"));
        }

        Close(2).Open("tbody");
        foreach (var row in rows)
        {
            Open("tr").Element("th", row[0], ("scope", "row"));
            foreach (var cell in row.Skip(1))
            {
                Element("td", cell);
            }

            Close().Line();
        }

        return Close(3).Line();
    }

    /// <summary>Writes a list of names with their values.</summary>
    public HtmlWriter Pairs(string kind, params IEnumerable<(string Name, string Value)> pairs)
    {
        Open("dl", ("class", kind));
        foreach (var (name, value) in pairs)
        {
            Open("div").Element("dt", name).Element("dd", value).Close();
        }

        return Close().Line();
    }

    /// <summary>Writes a part of the page that ships with this program: style, script. Never text from a record.</summary>
    internal HtmlWriter Own(string tag, string content)
    {
        Put($"<{tag}>{content}</{tag}>\n");
        return this;
    }

    private void Tag(string tag, ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        Put("<");
        Put(tag);
        foreach (var (name, value) in attributes)
        {
            if (value is null)
            {
                continue;
            }

            Put(" ");
            Put(name);
            if (value.Length > 0)
            {
                Put("=\"");
                Put(HtmlText.Escape(value));
                Put("\"");
            }
        }

        Put(">");
    }

    private void Put(string text)
    {
        Written += Encoding.UTF8.GetByteCount(text);
        output.Write(text);
    }
}
