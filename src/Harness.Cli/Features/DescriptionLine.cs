namespace Harness.Cli.Features;

/// <summary>One line of free text below a keyword with a colon.</summary>
/// <param name="Line">Line number in the file.</param>
/// <param name="Text">The trimmed line.</param>
/// <param name="BeginsSentence">True if no sentence continues from the line before.</param>
internal sealed record DescriptionLine(int Line, string Text, bool BeginsSentence)
{
    /// <summary>Gets every line of every description of a feature, in order.</summary>
    /// <param name="feature">The parsed feature.</param>
    /// <param name="source">The lines of its file.</param>
    public static IEnumerable<DescriptionLine> Of(Feature feature, IReadOnlyList<string> source) =>
        Described(feature).SelectMany(node => Lines(node, source));

    private static IEnumerable<IHasLocation> Described(IHasLocation node)
    {
        yield return node;
        var below = node switch
        {
            Feature feature => feature.Children,
            Rule rule => rule.Children,
            Scenario scenario => scenario.Examples,
            _ => (IEnumerable<IHasLocation>)[],
        };
        foreach (var child in below.SelectMany(Described))
        {
            yield return child;
        }
    }

    // The parser gives the text without line numbers, and leaves out the comments before it.
    private static IEnumerable<DescriptionLine> Lines(IHasLocation node, IReadOnlyList<string> source)
    {
        var before = "";
        var at = node.Location.Line;
        foreach (var text in ((node as IHasDescription)?.Description ?? "").Split('\n').Select(line => line.Trim()))
        {
            while (at < source.Count && source[at].Trim() != text)
            {
                at++;
            }

            at++;
            if (text.Length > 0)
            {
                yield return new DescriptionLine(at, text, before.Length == 0 || ".:;!?".Contains(before[^1], StringComparison.Ordinal));
            }

            before = text;
        }
    }
}
