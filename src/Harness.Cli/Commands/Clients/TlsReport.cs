using Harness.Adversary.ClientTls;

namespace Harness.Cli.Commands.Clients;

/// <summary>Renders the judgement of a client's TLS, for people and for programs.</summary>
internal static class TlsReport
{
    /// <summary>The file of the table beside a record.</summary>
    public const string FileName = "tls.md";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The presentations alone.</summary>
    public static string Render(IReadOnlyList<TlsPresentation> presentations)
    {
        var text = new StringBuilder();
        foreach (var presentation in presentations)
        {
            text.AppendLine($"  {presentation.Id,-14} {presentation.Words}{(presentation.IsControl ? " (a control: the client must log in)" : presentation.IsAdvisory ? " (advisory: never a failure)" : presentation.IsForTheTold ? " (advisory to a client that neither asks nor has {crl})" : "")}");
        }

        return text.Append($"{presentations.Count} presentations, tried by: ./harness tls --run COMMAND").ToString();
    }

    /// <inheritdoc cref="Render(IReadOnlyList{TlsPresentation})"/>
    public static string RenderJson(IReadOnlyList<TlsPresentation> presentations) =>
        JsonSerializer.Serialize(presentations.Select(p => new { id = p.Id, presents = p.Words, control = p.IsControl, advisory = p.IsAdvisory }), Indented);

    /// <summary>A row a presentation, then the failures with what left the client and the way to mend them.</summary>
    public static string Render(IReadOnlyList<TlsOutcome> outcomes)
    {
        var text = new StringBuilder();
        foreach (var outcome in outcomes)
        {
            text.AppendLine($"  {Word(outcome.Verdict),-10} {outcome.Presentation.Id,-14} {Seen(outcome)}");
        }

        text.AppendLine();
        foreach (var outcome in outcomes.Where(o => o.Verdict == TlsVerdict.Fails))
        {
            text.AppendLine($"FAILS before {outcome.Presentation.Words}: {(outcome.Sent is { HasPassword: true } ? "its password left it" : "it sent application data")}; {Seen(outcome)}");
            text.AppendLine($"  mended by: {Mending(outcome)}");
        }

        return text.Append(Sums(outcomes)).ToString();
    }

    /// <inheritdoc cref="Render(IReadOnlyList{TlsOutcome})"/>
    public static string RenderJson(IReadOnlyList<TlsOutcome> outcomes) => JsonSerializer.Serialize(
        new
        {
            presentations = outcomes.Select(o => new
            {
                id = o.Presentation.Id, presents = o.Presentation.Words, verdict = Word(o.Verdict), seen = Seen(o),
                sent = o.Sent is null ? null : new { bytes = o.Sent.Total, packet = o.Sent.Kind, fields = o.Sent.Fields.Select(f => new { name = f.Name, first = f.First, length = f.Length }) },
                mended_by = o.Verdict == TlsVerdict.Fails ? Mending(o) : null, milliseconds = (long)o.Duration.TotalMilliseconds,
            }),
        },
        Indented);

    /// <summary>The table as Markdown.</summary>
    public static string RenderMarkdown(IReadOnlyList<TlsOutcome> outcomes)
    {
        var text = new StringBuilder($"# TLS of a client\n\n{Sums(outcomes)}\n\n| the broker presents | verdict | seen |\n|---|---|---|\n");
        foreach (var outcome in outcomes)
        {
            text.Append($"| {outcome.Presentation.Words} (`{outcome.Presentation.Id}`) | {Word(outcome.Verdict)} | {Seen(outcome).Replace("|", "\\|", StringComparison.Ordinal)} |\n");
        }

        return text.ToString();
    }

    /// <summary>1 where the client sent what it must not, else 4 where something is not judged, else 0.</summary>
    public static int ExitCode(IReadOnlyList<TlsOutcome> outcomes) =>
        outcomes.Any(o => o.Verdict == TlsVerdict.Fails) ? ExitCodes.Failed
        : outcomes.Any(o => o.Verdict == TlsVerdict.NotJudged) ? ExitCodes.Inconclusive
        : ExitCodes.Pass;

    /// <summary>A verdict as it is printed.</summary>
    public static string Word(TlsVerdict verdict) => verdict switch
    {
        TlsVerdict.LoggedIn => "logged in",
        TlsVerdict.Held => "held",
        TlsVerdict.Fails => "FAILS",
        TlsVerdict.Advisory => "advisory",
        TlsVerdict.NotApplicable => "n/a",
        _ => "not judged",
    };

    private static string Sums(IReadOnlyList<TlsOutcome> outcomes)
    {
        int Count(TlsVerdict verdict) => outcomes.Count(o => o.Verdict == verdict);
        return $"{outcomes.Count} presentations: {Count(TlsVerdict.LoggedIn)} logged in, {Count(TlsVerdict.Held)} held, {Count(TlsVerdict.Fails)} failed, "
            + $"{Count(TlsVerdict.Advisory)} advisory, {Count(TlsVerdict.NotApplicable)} not applicable, {Count(TlsVerdict.NotJudged)} not judged";
    }

    private static string Mending(TlsOutcome outcome) => outcome.Presentation.Mending.Length > 0 ? outcome.Presentation.Mending : "TLS in the client: it spoke without";

    private static string Seen(TlsOutcome outcome) => ForeignText.Escape(outcome.Evidence, ForeignText.MessageLength);
}
