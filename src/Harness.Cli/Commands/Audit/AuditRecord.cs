namespace Harness.Cli.Commands.Audit;

/// <summary>Questions of an audit as a run record holds them: each in the place of a scenario. A finding of low severity passes and is a note beside; what does not apply is a note alone.</summary>
/// <param name="run">The run.</param>
/// <param name="again">The command that repeats the audit.</param>
internal sealed class AuditRecord(RecordedRun run, string again)
{
    private readonly List<AuditCheck> _checks = [];
    private VerdictCounts _counts;

    /// <summary>The answers so far.</summary>
    public IReadOnlyList<AuditCheck> Checks => _checks;

    /// <summary>Takes answers, and keeps a capture of each finding.</summary>
    /// <param name="checks">The answers.</param>
    /// <param name="tap">The tap that saw their connections.</param>
    public void Add(IReadOnlyList<AuditCheck> checks, AuditTap tap)
    {
        foreach (var answer in checks)
        {
            var check = answer.Severity is null ? answer : answer with { Capture = tap.SaveFinding(run.Folder, answer.Id) };
            run.Keep(check.Capture);
            _checks.Add(check);
            var id = $"audit {check.Id}";
            var evidence = ForeignText.Escape(check.Evidence, ForeignText.MessageLength);
            if (!check.WasTried && !check.IsOpen)
            {
                run.Write(new NoteTaken { Text = $"{check.Id}: {check.Question}: not tried: {evidence}" });
                continue;
            }

            var verdict = !check.WasTried ? Verdict.Inconclusive : check.IsFinding ? Verdict.Fail : Verdict.Pass;
            _counts = _counts.Plus(verdict);
            run.Write(new ScenarioStarted { Id = id, Feature = "audit", Name = check.Question, Index = _checks.Count, Of = _checks.Count });
            run.Write(new NoteTaken { Scenario = id, Text = $"{AuditReport.Word(check)}: {evidence}{(check.Setting.Length == 0 ? "" : $"; mended by: {check.Setting}")}{(check.Capture is null ? "" : $"; capture: {check.Capture}")}" });
            run.Write(new ScenarioFinished
            {
                Id = id, Name = check.Question, Verdict = verdict,
                Failure = verdict == Verdict.Pass ? null : new FailureDetail("then", null, check.Id, $"that {check.Question}", evidence, null, again),
            });
        }
    }

    /// <summary>Ends the record.</summary>
    public RunFinished End(bool stopped) => run.End(_counts, stopped);
}
