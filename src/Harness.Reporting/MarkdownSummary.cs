namespace Harness.Reporting;

/// <summary>Renders <c>summary.md</c> in GitHub-flavoured Markdown, short enough for a comment on a merge request.</summary>
public static class MarkdownSummary
{
    // GitHub takes 65,536 characters as a comment, GitLab more; the last scenario and the sections below it need some of it.
    private const int Room = 45_000;

    private const int MostTranscripts = 4;

    /// <summary>Renders verdict, counts, failures, timing, budgets, devices and deselected scenarios; sections without content are omitted.</summary>
    public static string Render(RunResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        var md = new MarkdownText(Room);
        Head(md, result);
        foreach (var verdict in new[] { Verdict.Fail, Verdict.Unjudgeable, Verdict.RigError, Verdict.Aborted, Verdict.Inconclusive })
        {
            Failures(md, verdict, [.. result.Scenarios.Where(s => s.Verdict == verdict)]);
        }

        Timing(md, result);
        Budgets(md, result);
        Devices(md, result);
        Faults(md, result);
        md.Table("Deselected", ["scenario", "where", "reason"], result.Deselected.Select(d => new[] { d.Name, d.Id, d.Reason }));
        return md.ToString();
    }

    private static void Head(MarkdownText md, RunResult result)
    {
        md.Line($"# {Text.Headline(result.Verdict)}: {MarkdownText.Escape(Text.Counts(result.Counts))} in {Text.Duration(result.DurationMs)}");
        if (!result.IsComplete)
        {
            md.Line().Line($"**Incomplete:** this run was aborted before it ended; {Text.NeverStarted(result)}.");
        }

        foreach (var problem in result.Problems.TakeWhile(_ => md.HasRoom))
        {
            md.Line().Line($"> {md.Fitted(problem)}");
        }

        md.Table(null, ["passed", "failed", "unjudgeable", "rig error", "inconclusive", "aborted", "never began", "deselected"], Enumerable.Repeat(
            new[]
            {
                $"{result.Counts.Passed}", $"{result.Counts.Failed}", $"{result.Counts.Unjudgeable}", $"{result.Counts.RigErrors}", $"{result.Counts.Inconclusive}",
                $"{result.Counts.Aborted}", $"{result.NeverStarted}", $"{result.Deselected.Count}",
            },
            1));
        md.Line();
        if (result.Started is { } run)
        {
            var host = run.Host;
            md.Line($"Run `{MarkdownText.Code(run.RunId)}` of harness {MarkdownText.Escape(run.HarnessVersion)} on rig"
                + $" {MarkdownText.Escape(run.RigName)} (`{MarkdownText.Code(run.Rig)}`), started {run.At.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC.");
            md.Line($"Host: {MarkdownText.Escape($"{host.Cpu}, {host.Cores} cores, {host.Architecture}, {host.Os}, kernel {host.Kernel}, {host.Runtime}")}"
                + $"{(host.Governor is { } governor ? $", governor {MarkdownText.Escape(governor)}" : "")}.");
        }

        foreach (var plugin in PluginText.Lines(result))
        {
            md.Line().Line($"> {MarkdownText.Escape(plugin)}");
        }
    }

    private static void Failures(MarkdownText md, Verdict verdict, ScenarioResult[] scenarios)
    {
        if (scenarios.Length == 0)
        {
            return;
        }

        md.Line().Line($"## {Text.Headline(verdict)[..1]}{Text.Headline(verdict)[1..].ToLowerInvariant()} ({scenarios.Length})");
        var shown = 0;
        foreach (var scenario in scenarios.TakeWhile(_ => md.HasRoom))
        {
            shown++;
            md.Line().Line($"### {md.Fitted(scenario.Name + PluginText.Mark(scenario))}").Line().Line($"`{MarkdownText.Code(Html.HtmlText.Cut(scenario.Id))}`").Line();
            foreach (var (label, value) in scenario.Failure is null ? [] : FailureLines.Of(scenario.Failure))
            {
                md.Line(label == "next" ? $"- {label}: `{MarkdownText.Code(Html.HtmlText.Cut(value))}`" : $"- {label}: {md.Fitted(value)}");
            }

            foreach (var transcript in scenario.Transcripts.Take(MostTranscripts))
            {
                md.Line($"- transcript: `{MarkdownText.Code(Html.HtmlText.Cut(transcript))}`");
            }
        }

        if (shown < scenarios.Length)
        {
            md.Line().Line($"{scenarios.Length - shown} more are in the record; this summary has no more room.");
        }
    }

    private static void Timing(MarkdownText md, RunResult result)
    {
        md.Table(
            "Timing",
            ["device", "operation", "n", "min", "p50", "max", "clock", "provenance"],
            result.Timing.Select(r => new[]
            {
                r.Device, r.Operation, $"{r.N}", TimingTable.Cell(r, r.Min), r.IsExact ? "exact" : TimingTable.Cell(r, r.P50), TimingTable.Cell(r, r.Max),
                TimingTable.Clock(r), r.Provenance.Word(),
            }));
        if (result.Timing.Any(r => r.IsExact))
        {
            md.Line().Line("exact: at least 3 equal values of an exact clock; percentiles would say nothing more.");
        }

        if (result.Timing.Any(r => r.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions))
        {
            md.Line().Line("An emulated number is not a time on hardware: no hardware budget is judged by it.");
        }
    }

    private static void Budgets(MarkdownText md, RunResult result) => md.Table(
        "Budgets",
        ["device", "operation", "statistic", "n", "observed", "limit", "provenance", "verdict", "reason"],
        result.Budgets.Select(b => new[]
        {
            b.Device, b.Operation, b.Statistic, $"{b.N}", ReadableNumber.FormatBeside(b.Observed, b.Limit, b.Unit), ReadableNumber.Format(b.Limit, b.Unit),
            b.Provenance.Word(), b.Verdict.Word(), b.Reason ?? "",
        }));

    private static void Devices(MarkdownText md, RunResult result) => md.Table(
        "Devices",
        ["device", "kind", "driver", "board", "firmware", "build", "clock", "tick", "provenance", "ready after"],
        result.Devices.Select(d => new[]
        {
            d.Device, d.Kind, d.Driver, d.Board ?? "", d.Firmware ?? "", d.Build ?? "", Text.Frequency(d.ClockHz), d.TickUnit,
            d.Provenance.Word(), Text.Duration(d.ReadyMs),
        }));

    private static void Faults(MarkdownText md, RunResult result) => md.Table(
        "Link faults",
        ["device", "fault", "times", "last detail"],
        result.Faults.GroupBy(f => (f.Device, f.Fault)).Select(g => new[] { g.Key.Device, g.Key.Fault, $"{g.Count()}", g.Last().Detail }));
}
