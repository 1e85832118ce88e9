namespace Harness.Cli.Features;

/// <summary>The parser's errors in an author's words: line, text, the nearest keyword and the command that opens the file there.</summary>
internal static class ParserErrors
{
    /// <summary>Gets one line for each error.</summary>
    /// <param name="display">The file as it is displayed.</param>
    /// <param name="text">The file's text, whose <c># language:</c> says which keywords are meant.</param>
    /// <param name="error">The parser's exception.</param>
    public static string Describe(string display, string text, ParserException error)
    {
        var errors = error is CompositeParserException several ? [.. several.Errors] : (IReadOnlyList<ParserException>)[error];
        var words = KeywordsOf(text);
        return string.Join('\n', errors.Select(e => Describe(display, words, e)).Distinct());
    }

    private static string Describe(string display, GherkinKeywords? words, ParserException error)
    {
        var line = error.Location?.Line ?? 1;
        var problem = error switch
        {
            UnexpectedTokenException unexpected => Unexpected(unexpected.ReceivedToken.Line.GetLineText(0).Trim(), words),
            UnexpectedEOFException => "the file ends where more was expected",
            _ => PlainMessage(error.Message),
        };
        return $"{display}:{line}: {problem}; next: ${{EDITOR:-nano}} +{line} {ShellWord.Quote(display)}";
    }

    private static string Unexpected(string text, GherkinKeywords? words)
    {
        var first = text.Split(' ', ':')[0];
        var known = words is null ? [] : words.Steps.Concat(words.Headings).Select(word => word.Trim()).Distinct().ToList();
        return $"{ForeignText.Quote(text)} is neither a step nor a heading that may stand here{(known.Contains(first) ? "" : NearestWord.Hint(first, known))}";
    }

    // "(4:5): " begins every message of the parser; the line is told already.
    private static string PlainMessage(string message) => message.StartsWith('(') && message.IndexOf("): ", StringComparison.Ordinal) is > 0 and var end ? message[(end + 3)..] : message;

    private static GherkinKeywords? KeywordsOf(string text)
    {
        const string Mark = "# language:";
        var named = text.Split('\n').Select(line => line.Trim()).FirstOrDefault(line => line.StartsWith(Mark, StringComparison.Ordinal));
        try
        {
            return GherkinKeywords.Of(named is null ? "en" : named[Mark.Length..].Trim());
        }
        catch (NoSuchLanguageException)
        {
            return null;
        }
    }
}
