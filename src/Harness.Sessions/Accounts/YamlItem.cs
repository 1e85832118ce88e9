using YamlDotNet.Core.Events;

namespace Harness.Sessions.Accounts;

/// <summary>A node of an account file with its place. YamlDotNet's own nodes take four times as long to build, which tells at 30,000 accounts.</summary>
/// <param name="Start">Its start.</param>
internal sealed record YamlItem(Mark Start)
{
    /// <summary>The text of a single value; null for a list or a map.</summary>
    public string? Value { get; init; }

    /// <summary>The items of a list; null for anything else.</summary>
    public List<YamlItem>? Items { get; init; }

    /// <summary>The keys and values of a map; null for anything else.</summary>
    public List<(YamlItem Key, YamlItem Value)>? Fields { get; init; }

    /// <summary>True for a list or map in brackets.</summary>
    public bool IsFlow { get; init; }

    /// <summary>The last line that something of it stands on.</summary>
    public long LastLine { get; set; }

    /// <summary>Reads the documents of a file, at most two of them.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="deepest">Levels that are read: a file of ten thousand brackets must not end the process.</param>
    /// <param name="error">Makes the error for a place: what was expected and what was seen.</param>
    /// <exception cref="YamlException">No YAML.</exception>
    public static List<YamlItem> Read(string yaml, int deepest, Func<Mark, string, string, Exception> error)
    {
        if (YamlLines.TryRead(yaml) is { } list)
        {
            return [list];
        }

        var parser = new Parser(new StringReader(yaml));
        var documents = new List<YamlItem>();
        var anchors = new Dictionary<AnchorName, YamlItem>();
        while (documents.Count < 2 && parser.MoveNext())
        {
            if (parser.Current is DocumentStart)
            {
                parser.MoveNext();
                documents.Add(Next(parser, anchors, deepest, error));
            }
        }

        return documents;
    }

    private static YamlItem Next(Parser parser, Dictionary<AnchorName, YamlItem> anchors, int levels, Func<Mark, string, string, Exception> error)
    {
        var at = parser.Current!;
        if (levels == 0)
        {
            throw error(at.Start, "fewer levels", "one more, one inside the other");
        }

        if (at is AnchorAlias alias)
        {
            return anchors.TryGetValue(alias.Value, out var named) ? named : throw error(at.Start, "an anchor before its alias", "none");
        }

        var item = at switch
        {
            Scalar scalar => new YamlItem(at.Start) { Value = scalar.Value },
            SequenceStart list => new YamlItem(at.Start) { Items = [], IsFlow = list.Style == SequenceStyle.Flow },
            MappingStart map => new YamlItem(at.Start) { Fields = [], IsFlow = map.Style == MappingStyle.Flow },
            _ => throw error(at.Start, "a text, a list or a map", "something else"),
        };
        if (at is NodeEvent { Anchor.IsEmpty: false } node)
        {
            anchors[node.Anchor] = item;
        }

        item.LastLine = at.End.Line;
        while (item.Value is null && parser.MoveNext() && parser.Current is not (SequenceEnd or MappingEnd))
        {
            var next = Next(parser, anchors, levels - 1, error);
            if (item.Items is { } items)
            {
                items.Add(next);
            }
            else
            {
                parser.MoveNext();
                (var key, next) = (next, Next(parser, anchors, levels - 1, error));
                item.Fields!.Add((key, next));
            }

            item.LastLine = Math.Max(item.LastLine, next.LastLine);
        }

        // The end of a block is the start of what comes after it; that of brackets is a bracket.
        item.LastLine = item.IsFlow ? parser.Current!.End.Line : item.LastLine;
        return item;
    }
}
