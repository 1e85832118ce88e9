using Gherkin;
using Gherkin.Ast;

namespace Harness.Cli.Features;

/// <summary>The keywords of one of Gherkin's languages, by what they mean.</summary>
internal sealed class GherkinWords
{
    private const string Star = "* ";
    private readonly GherkinDialect dialect;
    private readonly (string Kind, string[] Words)[] steps;

    private GherkinWords(GherkinDialect dialect)
    {
        this.dialect = dialect;
        steps =
        [
            ("Given", dialect.GivenStepKeywords), ("When", dialect.WhenStepKeywords), ("Then", dialect.ThenStepKeywords),
            ("And", dialect.AndStepKeywords), ("But", dialect.ButStepKeywords),
        ];
    }

    /// <summary>Every keyword of a step but the star, with the space that belongs to it.</summary>
    public IEnumerable<string> Steps => steps.SelectMany(kind => kind.Words).Where(word => word != Star).Distinct();

    /// <summary>Every keyword that a colon follows.</summary>
    public IEnumerable<string> Headings =>
        [.. dialect.FeatureKeywords, .. dialect.RuleKeywords, .. dialect.BackgroundKeywords, .. Scenarios, .. dialect.ExamplesKeywords];

    /// <summary>The keywords that begin a scenario or an outline.</summary>
    public IEnumerable<string> Scenarios => [.. dialect.ScenarioKeywords, .. dialect.ScenarioOutlineKeywords];

    /// <summary>Those of them that prose hardly begins with: a language's own word for "Example" stands first where it has several.</summary>
    public IEnumerable<string> PlainScenarios => [.. dialect.ScenarioKeywords.Skip(dialect.ScenarioKeywords.Length > 1 ? 1 : 0), .. dialect.ScenarioOutlineKeywords];

    /// <summary>The words of a language.</summary>
    /// <param name="language">As <c># language:</c> names it.</param>
    /// <exception cref="NoSuchLanguageException">Gherkin has no such language.</exception>
    public static GherkinWords Of(string language) => new(new GherkinDialectProvider().GetDialect(language, new Location(1, 1)));

    /// <summary>The meaning of a step's keyword: <c>Given</c>, <c>When</c>, <c>Then</c>, <c>And</c>, <c>But</c> or <c>*</c>.</summary>
    /// <param name="keyword">With the space that belongs to it. A word that a language uses for two kinds is the first of them.</param>
    public string KindOf(string keyword) =>
        keyword == Star ? "*" : steps.FirstOrDefault(kind => kind.Words.Contains(keyword)).Kind ?? keyword.Trim();

    /// <summary>Keyword and sentence of a step. The parser takes the first keyword that fits, "Tha" (when) for "Tha the" (then); this takes the longest.</summary>
    /// <param name="step">As parsed.</param>
    public (string Keyword, string Text) Read(Step step)
    {
        var line = step.Keyword + step.Text;
        var keyword = Steps.Where(word => word.Length > step.Keyword.Length && line.StartsWith(word, StringComparison.Ordinal)).MaxBy(word => word.Length) ?? step.Keyword;
        return (keyword, line[keyword.Length..].TrimStart());
    }

    /// <summary>The language's word for a kind, with the space that belongs to it.</summary>
    public string StepWord(string kind) => steps.First(s => s.Kind == kind).Words.First(word => word != Star);

    /// <summary>Whether a scenario's keyword says that examples follow.</summary>
    public bool IsOutline(string keyword) =>
        dialect.ScenarioOutlineKeywords.Contains(keyword.Trim()) && !dialect.ScenarioKeywords.Contains(keyword.Trim());
}
