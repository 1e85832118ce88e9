namespace Harness.Cli.Features;

/// <summary>Converts a binding's pattern to a sentence to fill in.</summary>
public static partial class StepSentence
{
    // Groups as Harness.Steps writes them, and the placeholder for each.
    private static readonly (string Group, string Word)[] Known =
    [
        (@"(second board|[\w.-]+)", "DEVICE"),
        ("0x([0-9A-Fa-f]{2})", "0xNN"),
        (@"(\d+)", "N"),
        (@"(-?\d+(?:\.\d+)?)", "N"),
        (@"([A-Za-z][\w.-]*)", "SENSOR"),
        (@"[A-Za-z][\w.-]*", "SENSOR"), // in a choice
        (@"([^\s\d""][^\s""]*)", "UNIT"),
        ("([a-z][a-z0-9-]*)", "QUANTITY"),
        ("([a-z][a-z-]*)", "QUALITY"),
        (@"([\w-]+)", "NAME"),
        ("([A-Z-]+)", "CODE"),
        ("([A-Z.]+)", "VERB"),
        ("([^\"]+)", "TEXT"),
        ("([^\"]*)", "TEXT"),
        ("(.+)", "..."),
    ];

    /// <summary>
    /// Converts <c>^(second board|[\w.-]+) logs in (\d+) times$</c> to <c>DEVICE logs in N times</c>; a choice is put in braces:
    /// <c>{reading|payload}</c>.
    /// </summary>
    public static string Of(Regex pattern)
    {
        var text = pattern.ToString().TrimStart('^').TrimEnd('$');
        foreach (var (group, word) in Known)
        {
            text = text.Replace(group, word, StringComparison.Ordinal);
        }

        // Innermost brackets first: a choice may contain a placeholder from a group of its own.
        for (string before = ""; before != text;)
        {
            before = text;
            text = Bracket().Replace(text, match => Choice(match.Groups["choice"].Value, match.Groups["optional"].Success));
        }

        return text.Replace(@"\d+", "N", StringComparison.Ordinal).Replace(".+", "...", StringComparison.Ordinal)
            .Replace("s?", "s", StringComparison.Ordinal).Replace("an? ", "a ", StringComparison.Ordinal).Replace(@"\.", ".", StringComparison.Ordinal);
    }

    // An optional part is a choice between it and nothing.
    private static string Choice(string words, bool optional) => optional ? $"{{{words}|}}" : words.Contains('|') ? $"{{{words}}}" : words;

    [GeneratedRegex(@"\((?:\?:)?(?<choice>[^()]*)\)(?<optional>\?)?", RegexOptions.CultureInvariant)]
    private static partial Regex Bracket();
}
