namespace Harness.Cli.Features;

/// <summary>A condition on scenarios: tags (<c>@req:AUG-5</c>; <c>@claim:*</c>) and words of the name, joined by <c>and</c>,
/// <c>or</c>, <c>not</c> and brackets. A phrase in quotes is looked for in path and name, ignoring case.</summary>
public sealed class ScenarioFilter
{
    private readonly Func<ScenarioPlan, bool> _condition;

    private ScenarioFilter(Func<ScenarioPlan, bool> condition) => this._condition = condition;

    /// <summary>Tells whether a scenario meets the condition.</summary>
    public bool Matches(ScenarioPlan scenario) => _condition(scenario);

    /// <summary>Parses a condition.</summary>
    /// <exception cref="FormatException">The text is no condition; the message shows the place and an example.</exception>
    public static ScenarioFilter Parse(string text)
    {
        var words = new Queue<string>(Words(text));
        var condition = Either(words, text);
        return words.Count == 0 ? new ScenarioFilter(condition) : throw Malformed(text, $"'{words.Peek()}' is left over");
    }

    private static Func<ScenarioPlan, bool> Either(Queue<string> words, string text)
    {
        var left = Both(words, text);
        while (Take(words, "or"))
        {
            var (first, second) = (left, Both(words, text));
            left = scenario => first(scenario) || second(scenario);
        }

        return left;
    }

    private static Func<ScenarioPlan, bool> Both(Queue<string> words, string text)
    {
        var left = One(words, text);
        while (Take(words, "and"))
        {
            var (first, second) = (left, One(words, text));
            left = scenario => first(scenario) && second(scenario);
        }

        return left;
    }

    private static Func<ScenarioPlan, bool> One(Queue<string> words, string text)
    {
        if (Take(words, "not"))
        {
            var inner = One(words, text);
            return scenario => !inner(scenario);
        }

        if (Take(words, "("))
        {
            var inner = Either(words, text);
            return Take(words, ")") ? inner : throw Malformed(text, "a bracket is not closed");
        }

        if (words.Count == 0 || words.Peek() is ")" or "and" or "or")
        {
            throw Malformed(text, words.Count == 0 ? "it ends too early" : $"'{words.Peek()}' has nothing before it");
        }

        var word = words.Dequeue();
        if (!word.StartsWith('@'))
        {
            return scenario => $"{scenario.Id} {scenario.Name}".Contains(word, StringComparison.OrdinalIgnoreCase);
        }

        return word.EndsWith('*')
            ? scenario => scenario.Tags.Any(tag => tag.StartsWith(word[..^1], StringComparison.Ordinal))
            : scenario => scenario.Tags.Contains(word, StringComparer.Ordinal);
    }

    private static bool Take(Queue<string> words, string word)
    {
        if (words.Count == 0 || words.Peek() != word)
        {
            return false;
        }

        words.Dequeue();
        return true;
    }

    private static IEnumerable<string> Words(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            if (char.IsWhiteSpace(text[at]))
            {
                at++;
            }
            else if (text[at] is '(' or ')')
            {
                yield return text[at++].ToString();
            }
            else if (text[at] is '"' or '\'')
            {
                var end = text.IndexOf(text[at], at + 1);
                if (end < 0)
                {
                    throw Malformed(text, "a quote is not closed");
                }

                yield return text[(at + 1)..end];
                at = end + 1;
            }
            else
            {
                var end = at;
                while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('(' or ')'))
                {
                    end++;
                }

                yield return text[at..end];
                at = end;
            }
        }
    }

    private static FormatException Malformed(string text, string why) =>
        new($"--filter '{text}': {why}; for example: --filter '@req:AUG-5 and not \"one byte short\"'");
}
