namespace Harness.Cli.Features;

/// <summary>
/// Finds lines that were meant as steps or headings: Gherkin takes a line with a misspelt keyword below a heading for a description,
/// and it would never run.
/// </summary>
internal static class SwallowedLines
{
    private const int MaximumKeyword = 4; // words, as in "Étant donné que"

    // Words one letter away from a keyword that often begin a sentence of prose.
    private static readonly HashSet<string> Ordinary = new(StringComparer.OrdinalIgnoreCase)
    {
        "The", "They", "Them", "Than", "Thin", "Ten", "Hen", "Wren", "Give", "Gives", "Role", "Roles", "Denn", "Wann", "Kann", "Mann", "Den", "Quant", "Lors",
    };

    /// <summary>Gets one text for each such line: its place, its text and the nearest keyword or sentence.</summary>
    /// <param name="file">The file's display path.</param>
    /// <param name="lines">The lines of its descriptions.</param>
    /// <param name="words">The keywords of its language.</param>
    /// <param name="vocabulary">The known sentences.</param>
    public static IReadOnlyList<string> Find(
        string file, IReadOnlyList<DescriptionLine> lines, GherkinKeywords words, IReadOnlyList<IStepDefinitionBinding> vocabulary)
    {
        var result = new List<string>();
        var previous = 0;
        foreach (var line in lines)
        {
            // The line that follows a swallowed line is no prose either.
            var begins = line.BeginsSentence || previous == line.Line - 1;
            if (Meant(line.Text, begins, words, vocabulary) is { } meant)
            {
                previous = line.Line;
                result.Add($"{file}:{line.Line}: this line is part of a description and would never run: {line.Text}\n"
                    + $"    nearest: {meant}\n    a description that is meant as one begins with another word");
            }
        }

        return result;
    }

    private static string? Meant(string text, bool begins, GherkinKeywords words, IReadOnlyList<IStepDefinitionBinding> vocabulary)
    {
        var parts = text.TrimStart('-', '•', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var skip = 0; skip <= Math.Min(MaximumKeyword, parts.Length - 1); skip++)
        {
            var rest = string.Join(' ', parts[skip..]);
            if (vocabulary.FirstOrDefault(v => v.Regex?.IsMatch(rest) == true) is { } known && (skip == 0 || begins || char.IsUpper(parts[0][0])))
            {
                var near = skip == 0 ? null : NearestWord.Find(string.Join(' ', parts[..skip]), words.Steps.Select(w => w.Trim()));
                return Step(near ?? words.StepWord(known.StepDefinitionType.ToString()), rest);
            }
        }

        return Heading(text, begins, words) ?? NearStep(parts, begins, words);
    }

    private static string? Heading(string text, bool begins, GherkinKeywords words)
    {
        var colon = text.IndexOfAny([':', '：']);
        var head = (colon < 0 ? text : text[..colon]).Trim();
        var near = words.Headings.Where(word => colon < 0 ? Same(head, word) : Same(head, word) || IsNear(head, word)).MinBy(word => NearestWord.Distance(head, word));
        if (near is not null)
        {
            return $"{near}:{(colon < 0 ? "" : text[(colon + 1)..])}";
        }

        // A scenario heading without its colon; prose may also begin with "Examples of ...".
        var scenario = words.PlainScenarios.Where(word => begins && colon < 0 && text.StartsWith(word + " ", StringComparison.Ordinal)).MaxBy(word => word.Length);
        return scenario is null ? null : $"{scenario}:{text[scenario.Length..]}";
    }

    private static string? NearStep(string[] parts, bool begins, GherkinKeywords words)
    {
        // In a language without a space after its keywords, prose often begins with one.
        var near = words.Steps.Where(word => word.EndsWith(' ')).Select(word => (Word: word, Count: word.Trim().Split(' ').Length))
            .Where(k => parts.Length > k.Count)
            .Select(k => (k.Word, k.Count, Head: string.Join(' ', parts[..k.Count])))
            .Where(k => (begins || char.IsUpper(k.Head[0])) && (Same(k.Head, k.Word.Trim()) || IsNear(k.Head, k.Word.Trim())))
            .OrderBy(k => NearestWord.Distance(k.Head, k.Word.Trim())).ThenByDescending(k => k.Count).FirstOrDefault();
        return near.Word is null ? null : Step(near.Word, string.Join(' ', parts[near.Count..]));
    }

    private static string Step(string keyword, string rest) => keyword.EndsWith(' ') || keyword.EndsWith('\'') ? keyword + rest : $"{keyword} {rest}";

    private static bool Same(string head, string keyword) => string.Equals(head, keyword, StringComparison.OrdinalIgnoreCase);

    // The shorter a word, the more words of prose are one letter away.
    private static bool IsNear(string head, string keyword)
    {
        var distance = NearestWord.Distance(head, keyword);
        return distance > 0 && !Ordinary.Contains(head) && keyword.Length switch
        {
            >= 8 => distance <= 2,
            >= 4 => distance == 1,
            3 => distance == 1 && (IsSwap(head, keyword) || IsDoubled(head, keyword)),
            _ => false,
        };
    }

    private static bool IsSwap(string head, string keyword) =>
        head.Length == keyword.Length && head.Order().SequenceEqual(keyword.Order());

    private static bool IsDoubled(string head, string keyword) =>
        head.Length == keyword.Length + 1 && Enumerable.Range(1, head.Length - 1).Any(i => char.ToLowerInvariant(head[i]) == char.ToLowerInvariant(head[i - 1]) && Same(head.Remove(i, 1), keyword));
}
