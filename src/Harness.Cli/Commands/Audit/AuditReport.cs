namespace Harness.Cli.Commands.Audit;

/// <summary>Renders an audit, for people and for programs.</summary>
internal static class AuditReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The answers, then the findings from the gravest with the setting that mends each.</summary>
    public static string Render(string broker, IReadOnlyList<AuditCheck> checks)
    {
        var text = new StringBuilder();
        foreach (var check in checks)
        {
            text.AppendLine($"  {Word(check),-9} {check.Id,-20} {check.Question}: {Evidence(check)}");
        }

        text.AppendLine();
        foreach (var check in checks.Where(c => c.Severity is not null).OrderByDescending(c => c.Severity))
        {
            text.AppendLine($"{Word(check).ToUpperInvariant()} {check.Id}: {Evidence(check)}");
            text.AppendLine($"  mended by: {check.Setting}");
            if (check.Capture is { } capture)
            {
                text.AppendLine($"  capture: {ForeignText.Name(capture)}");
            }
        }

        int Count(AuditSeverity severity) => checks.Count(c => c.Severity == severity);
        return text.Append(
            $"{ForeignText.Name(broker)}: {checks.Count} questions, {Count(AuditSeverity.High)} high, {Count(AuditSeverity.Medium)} medium, {Count(AuditSeverity.Low)} low, {checks.Count(c => !c.WasTried)} not tried").ToString();
    }

    /// <inheritdoc cref="Render"/>
    public static string RenderJson(string broker, IReadOnlyList<AuditCheck> checks) => JsonSerializer.Serialize(
        new { broker, checks = checks.Select(c => new { id = c.Id, question = c.Question, outcome = Word(c), evidence = Evidence(c), mended_by = c.Setting, capture = c.Capture }) }, Indented);

    /// <summary>A severity, <c>ok</c> or <c>not tried</c>.</summary>
    public static string Word(AuditCheck check) => !check.WasTried ? "not tried" : check.Severity?.ToString().ToLowerInvariant() ?? "ok";

    private static string Evidence(AuditCheck check) => ForeignText.Escape(check.Evidence, ForeignText.MessageLength);
}
