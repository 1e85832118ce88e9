namespace Harness.Reporting.Html;

/// <summary>Marks of verdicts: a sign and a word, so that no colour is needed to tell them apart.</summary>
internal static class VerdictMark
{
    /// <summary>The sign of a verdict.</summary>
    public static string Sign(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "✓",
        Verdict.Fail => "✗",
        Verdict.Inconclusive => "?",
        Verdict.RigError => "!",
        Verdict.Unjudgeable => "∅",
        _ => "■",
    };

    /// <summary>Writes a verdict.</summary>
    public static HtmlWriter VerdictBadge(this HtmlWriter html, Verdict verdict) => html.Badge(verdict.Word(), Sign(verdict), verdict.Word());

    /// <summary>Writes a sign and a word.</summary>
    /// <param name="html">The page.</param>
    /// <param name="kind">Its class.</param>
    /// <param name="sign">The sign, which a screen reader leaves out.</param>
    /// <param name="word">The word.</param>
    public static HtmlWriter Badge(this HtmlWriter html, string kind, string sign, string word) =>
        html.Open("span", ("class", $"badge {kind}")).Element("span", sign, ("aria-hidden", "true")).Text($" {word}").Close();

    /// <summary>The class of a cell's result, as a verdict's: what was decided otherwise than expected stands out.</summary>
    public static string Kind(ClaimCell cell) => cell.Differs ? "fail" : cell.IsOpen ? "inconclusive" : "pass";
}
