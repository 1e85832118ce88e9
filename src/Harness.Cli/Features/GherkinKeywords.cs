namespace Harness.Cli.Features;

/// <summary>The keywords of one Gherkin language, by meaning.</summary>
internal sealed class GherkinKeywords
{
    private const string Star = "* ";
    private readonly GherkinDialect _dialect;
    private readonly (string Kind, string[] Words)[] _steps;

    private GherkinKeywords(GherkinDialect dialect)
    {
        this._dialect = dialect;
        _steps =
        [
            ("Given", dialect.GivenStepKeywords), ("When", dialect.WhenStepKeywords), ("Then", dialect.ThenStepKeywords),
            ("And", dialect.AndStepKeywords), ("But", dialect.ButStepKeywords),
        ];
    }

    /// <summary>Every keyword of a step except the star, with its trailing space.</summary>
    public IEnumerable<string> Steps => _steps.SelectMany(kind => kind.Words).Where(word => word != Star).Distinct();

    /// <summary>Every keyword that is followed by a colon.</summary>
    public IEnumerable<string> Headings =>
        [.. _dialect.FeatureKeywords, .. _dialect.RuleKeywords, .. _dialect.BackgroundKeywords, .. Scenarios, .. _dialect.ExamplesKeywords];

    /// <summary>The keywords of scenarios and outlines.</summary>
    public IEnumerable<string> Scenarios => [.. _dialect.ScenarioKeywords, .. _dialect.ScenarioOutlineKeywords];

    /// <summary>
    /// The keywords of scenarios and outlines that rarely begin prose: without the language's own word for "Example", which stands first if there are
    /// several.
    /// </summary>
    public IEnumerable<string> PlainScenarios => [.. _dialect.ScenarioKeywords.Skip(_dialect.ScenarioKeywords.Length > 1 ? 1 : 0), .. _dialect.ScenarioOutlineKeywords];

    /// <summary>Gets the keywords of a language.</summary>
    /// <param name="language">The language's code, as in <c># language:</c>.</param>
    /// <exception cref="NoSuchLanguageException">Gherkin has no such language.</exception>
    public static GherkinKeywords Of(string language) => new(new GherkinDialectProvider().GetDialect(language, new Location(1, 1)));

    /// <summary>Gets the meaning of a step's keyword: <c>Given</c>, <c>When</c>, <c>Then</c>, <c>And</c>, <c>But</c> or <c>*</c>.</summary>
    /// <param name="keyword">The keyword with its trailing space. A word that a language uses for two kinds has the first meaning.</param>
    public string KindOf(string keyword) =>
        keyword == Star ? "*" : _steps.FirstOrDefault(kind => kind.Words.Contains(keyword)).Kind ?? keyword.Trim();

    /// <summary>
    /// Splits a step into keyword and sentence. The parser takes the first keyword that fits, "Tha" (when) for "Tha the" (then); this takes the
    /// longest.
    /// </summary>
    /// <param name="step">The parsed step.</param>
    public (string Keyword, string Text) Read(Step step)
    {
        var line = step.Keyword + step.Text;
        var keyword = Steps.Where(word => word.Length > step.Keyword.Length && line.StartsWith(word, StringComparison.Ordinal)).MaxBy(word => word.Length) ?? step.Keyword;
        return (keyword, line[keyword.Length..].TrimStart());
    }

    /// <summary>Gets the language's keyword for a kind of step, with its trailing space.</summary>
    public string StepWord(string kind) => _steps.First(s => s.Kind == kind).Words.First(word => word != Star);

    /// <summary>True for a keyword of an outline, which examples follow.</summary>
    public bool IsOutline(string keyword) =>
        _dialect.ScenarioOutlineKeywords.Contains(keyword.Trim()) && !_dialect.ScenarioKeywords.Contains(keyword.Trim());
}
