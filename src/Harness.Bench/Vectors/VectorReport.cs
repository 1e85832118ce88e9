namespace Harness.Bench.Vectors;

/// <summary>Renders the result of a file of test vectors: as text, and as one JSON object.</summary>
public static class VectorReport
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Renders a table of sections with the reasons for cases that were not run, the failures in detail, and the counts as the last line.</summary>
    /// <param name="result">The result.</param>
    /// <param name="rig">The rig's display name.</param>
    public static string Render(VectorResult result, string rig)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{result.File.Path} on {result.Device.Name} ({result.Device.Description}), rig {rig}");
        text.AppendLine();
        var sections = Sections(result);
        text.AppendLine(CultureInfo.InvariantCulture, $"{"section",-16}{"passed",8}{"failed",8}{"not run",9}");
        foreach (var section in sections)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{section.Name,-16}{section.Passed,8}{section.Failed,8}{section.NotRun,9}");
            foreach (var (reason, count) in section.Reasons)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    {count} not run: {reason}");
            }
        }

        if (result.Device.Note is { } note && result.Outcomes.Any(o => o is { Case: AugPakeCase, Status: not CaseStatus.NotRun }))
        {
            text.AppendLine(note);
        }

        foreach (var failed in result.Outcomes.Where(o => o.Status == CaseStatus.Failed))
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"FAILED {failed.Case.Id} ({Printable(failed.Case.Summary)})");
            foreach (var mismatch in failed.Mismatches)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"    {mismatch.Field}: {mismatch.Step}: expected {Printable(mismatch.Expected)}, saw {Printable(mismatch.Seen)}");
            }
        }

        text.AppendLine();
        if (result.RigError is { } broken)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"the rig broke: {broken.Message}{(broken.NextCommand is null ? "" : "; next: " + broken.NextCommand)}");
        }
        else if (result.Aborted)
        {
            text.AppendLine("stopped before its end");
        }
        else if (result.Passed + result.Failed == 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"inconclusive: {result.Device.Name} can run none of these cases");
        }

        if (result.Device.NextCommand is { } next && result.NotRun > 0)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"to run what needs the test build: {next}");
        }

        text.Append(Counts(result));
        return text.ToString();
    }

    /// <summary>"72 passed, 0 failed, 15 not run".</summary>
    public static string Counts(VectorResult result) => string.Create(
        CultureInfo.InvariantCulture,
        $"{result.Passed} passed, {result.Failed} failed, {result.NotRun} not run{(result.NotReached > 0 ? $", {result.NotReached} not reached" : "")}");

    /// <summary>Renders one JSON object.</summary>
    /// <param name="result">The result.</param>
    /// <param name="rig">The rig's display name.</param>
    public static string RenderJson(VectorResult result, string rig) => JsonSerializer.Serialize(
        new
        {
            file = result.File.Path,
            rig,
            device = result.Device.Name,
            description = result.Device.Description,
            verdict = Word(result.Verdict),
            exit_code = ExitCodes.From(result.Verdict),
            cases = result.File.Cases.Count,
            passed = result.Passed,
            failed = result.Failed,
            not_run = result.NotRun,
            not_reached = result.NotReached,
            duration_ms = Math.Round(result.Duration.TotalMilliseconds, 1),
            sections = Sections(result).Select(s => new
            {
                name = s.Name,
                passed = s.Passed,
                failed = s.Failed,
                not_run = s.NotRun,
                reasons = s.Reasons.Select(r => new { reason = r.Reason, count = r.Count }),
            }),
            failures = result.Outcomes.Where(o => o.Status == CaseStatus.Failed).SelectMany(o => o.Mismatches.Select(m => new
            {
                section = o.Case.Section,
                index = o.Case.Index,
                about = o.Case.Summary,
                field = m.Field,
                step = m.Step,
                expected = m.Expected,
                seen = m.Seen,
            })),
            not_run_cases = result.Outcomes.Where(o => o.Status == CaseStatus.NotRun)
                .Select(o => new { section = o.Case.Section, index = o.Case.Index, reasons = o.Reasons }),
            rig_error = result.RigError is { } e ? new { item = e.Item, expected = e.Expected, seen = e.Seen, next = e.NextCommand } : null,
            next = result.NotRun > 0 ? result.Device.NextCommand : null,
        },
        Indented);

    private sealed record SectionRow(string Name, int Passed, int Failed, int NotRun, IReadOnlyList<(string Reason, int Count)> Reasons);

    private static List<SectionRow> Sections(VectorResult result) =>
    [
        .. VectorFile.Sections.Where(s => result.File.Cases.Any(c => c.Section == s)).Select(section =>
        {
            var outcomes = result.Outcomes.Where(o => o.Case.Section == section).ToList();
            int Count(CaseStatus status) => outcomes.Count(o => o.Status == status);
            return new SectionRow(
                section, Count(CaseStatus.Passed), Count(CaseStatus.Failed), Count(CaseStatus.NotRun),
                [.. outcomes.Where(o => o.Status == CaseStatus.NotRun).GroupBy(o => string.Join("; ", o.Reasons)).Select(g => (g.Key, g.Count()))]);
        }),
    ];

    private static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "pass",
        Verdict.Fail => "fail",
        Verdict.RigError => "rig-error",
        Verdict.Aborted => "aborted",
        _ => "inconclusive",
    };

    // Names come from a file or a board: control characters must not reach the terminal.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
