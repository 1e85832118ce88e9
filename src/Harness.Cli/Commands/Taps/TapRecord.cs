using Harness.Adversary.Taps;

namespace Harness.Cli.Commands.Taps;

/// <summary>Attacks at a tap as a run record holds them: each in the place of a scenario.</summary>
/// <param name="run">The run.</param>
/// <param name="plan">The tap.</param>
internal sealed class TapRecord(RecordedRun run, TapPlan plan)
{
    private readonly Lock _gate = new();
    private VerdictCounts _counts;
    private int _index;

    /// <summary>Takes an outcome. May be called by several threads.</summary>
    public void Add(TapFinding finding)
    {
        lock (_gate)
        {
            var (id, evidence) = ($"tap {finding.Attack}", ForeignText.Escape(finding.Evidence, ForeignText.MessageLength));
            _counts = _counts.Plus(finding.Verdict);
            run.Write(new ScenarioStarted { Id = id, Feature = "tap", Name = finding.Question, Index = ++_index, Of = plan.Attacks.Count });
            run.Write(new NoteTaken { Scenario = id, Text = evidence });
            run.Write(new ScenarioFinished
            {
                Id = id, Name = finding.Question, Verdict = finding.Verdict,
                Failure = finding.Verdict == Verdict.Pass ? null
                    : new FailureDetail("then", null, finding.Attack, $"that {finding.Question}", evidence, null, $"./harness tap --listen {plan.Listen} --to {ShellWord.Quote(plan.Typed)}{plan.Again} --attack {finding.Attack}"),
            });
        }
    }

    /// <summary>Ends the record.</summary>
    public RunFinished End(bool stopped) => run.End(_counts, stopped);
}
