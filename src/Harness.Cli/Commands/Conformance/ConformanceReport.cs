using Harness.Brokers.Conformance;
using Harness.Brokers.Conformance.Clients;

namespace Harness.Cli.Commands.Conformance;

/// <summary>The party that is judged.</summary>
/// <param name="Kind">Its kind: <c>broker</c> or <c>device</c>.</param>
/// <param name="Shown">Its name for people.</param>
/// <param name="Address">The address that was connected to, or that it connected to.</param>
/// <param name="Again">The options that name it, for the command that repeats a statement.</param>
internal sealed record ConformanceSubject(string Kind, string Shown, string Address, string Again)
{
    /// <summary>The option of the command for its kind, behind a blank.</summary>
    public string Side => Kind == "device" ? " --client" : "";
}

/// <summary>Renders the coverage of statements, for people and for programs.</summary>
internal static class ConformanceReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The statements alone.</summary>
    public static string Render(IReadOnlyList<Statement> statements)
    {
        var text = new StringBuilder();
        foreach (var version in statements.GroupBy(s => s.VersionName))
        {
            text.AppendLine($"MQTT {version.Key}");
            foreach (var statement in version)
            {
                text.AppendLine($"  {statement.Number,-15} {statement.Demand}");
            }
        }

        return text.Append($"{statements.Count} statements, decided by: ./harness conformance {(statements.OfType<ClientStatement>().Any() ? "--client" : "--broker HOST:PORT")}").ToString();
    }

    /// <inheritdoc cref="Render(IReadOnlyList{Statement})"/>
    public static string RenderJson(IReadOnlyList<Statement> statements) =>
        JsonSerializer.Serialize(statements.Select(s => new { mqtt = s.VersionName, statement = s.Number, demand = s.Demand }), Indented);

    /// <summary>A row a statement, what is violated once more, and the sums.</summary>
    public static string Render(ConformanceSubject subject, IReadOnlyList<ConformanceOutcome> outcomes)
    {
        var text = new StringBuilder();
        foreach (var version in outcomes.GroupBy(o => o.Statement.VersionName))
        {
            text.AppendLine($"MQTT {version.Key}");
            foreach (var outcome in version)
            {
                text.AppendLine($"  {Word(outcome.Finding.Verdict),-11} {outcome.Statement.Number,-15} {outcome.Statement.Demand}: {Seen(outcome)}");
            }
        }

        text.AppendLine();
        foreach (var outcome in outcomes.Where(o => o.Finding.Verdict == ConformanceVerdict.Violates))
        {
            text.AppendLine($"VIOLATES [{outcome.Statement.Number}] of MQTT {outcome.Statement.VersionName}: the {subject.Kind} {outcome.Statement.Demand}; seen: {Seen(outcome)}");
        }

        foreach (var version in outcomes.GroupBy(o => o.Statement.VersionName))
        {
            text.AppendLine($"MQTT {version.Key}: {Sums(version)}");
        }

        return text.Append($"{subject.Kind}: {ForeignText.Name(subject.Shown)}{(subject.Shown == subject.Address ? "" : $" ({subject.Address})")}").ToString();
    }

    /// <inheritdoc cref="Render(ConformanceSubject, IReadOnlyList{ConformanceOutcome})"/>
    public static string RenderJson(ConformanceSubject subject, IReadOnlyList<ConformanceOutcome> outcomes) => JsonSerializer.Serialize(
        new Dictionary<string, object>
        {
            [subject.Kind] = subject.Shown,
            ["address"] = subject.Address,
            ["statements"] = outcomes.Select(o => new
            {
                mqtt = o.Statement.VersionName, statement = o.Statement.Number, demand = o.Statement.Demand, verdict = Word(o.Finding.Verdict), seen = Seen(o), milliseconds = (long)o.Duration.TotalMilliseconds,
            }),
        },
        Indented);

    /// <summary>The file of the coverage by statement beside a record.</summary>
    public const string FileName = "conformance.md";

    /// <summary>The coverage by statement as Markdown: every statement with its verdict, in the versions that were asked.</summary>
    public static string RenderMarkdown(ConformanceSubject subject, IReadOnlyList<ConformanceOutcome> outcomes)
    {
        var text = new StringBuilder($"# Conformance of {Cell(ForeignText.Name(subject.Shown))}\n");
        foreach (var version in outcomes.GroupBy(o => o.Statement.VersionName))
        {
            text.Append($"\n## MQTT {version.Key}\n\n{Sums(version)}\n\n| statement | the {subject.Kind} | verdict | seen |\n|---|---|---|---|\n");
            foreach (var outcome in version)
            {
                text.Append($"| {outcome.Statement.Number} | {Cell(outcome.Statement.Demand)} | {Word(outcome.Finding.Verdict)} | {Cell(Seen(outcome))} |\n");
            }
        }

        return text.ToString();
    }

    /// <summary>1 where a statement is violated, else 3 where the broker went away, else 4 where one is not decided, else 0.</summary>
    public static int ExitCode(IReadOnlyList<ConformanceOutcome> outcomes) =>
        outcomes.Any(o => o.Finding.Verdict == ConformanceVerdict.Violates) ? ExitCodes.Failed
        : outcomes.Any(o => o.Finding.BrokerIsGone) ? ExitCodes.RigBroken
        : outcomes.Any(o => o.Finding.Verdict == ConformanceVerdict.NotDecided) ? ExitCodes.Inconclusive
        : ExitCodes.Pass;

    private static string Word(ConformanceVerdict verdict) => verdict switch
    {
        ConformanceVerdict.Conforms => "conforms",
        ConformanceVerdict.Violates => "VIOLATES",
        ConformanceVerdict.OptionalFeatureAbsent => "absent",
        _ => "not decided",
    };

    private static string Sums(IEnumerable<ConformanceOutcome> outcomes)
    {
        int Count(ConformanceVerdict verdict) => outcomes.Count(o => o.Finding.Verdict == verdict);
        return $"{outcomes.Count()} statements, {Count(ConformanceVerdict.Conforms)} conform, {Count(ConformanceVerdict.Violates)} violated, "
            + $"{Count(ConformanceVerdict.OptionalFeatureAbsent)} absent, {Count(ConformanceVerdict.NotDecided)} not decided";
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Seen(ConformanceOutcome outcome) => ForeignText.Escape(outcome.Finding.Seen, ForeignText.MessageLength);
}
