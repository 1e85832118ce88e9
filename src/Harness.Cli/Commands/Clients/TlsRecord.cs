using Harness.Adversary.ClientTls;

namespace Harness.Cli.Commands.Clients;

/// <summary>Presentations as a run record holds them: each in the place of a scenario. The client's command stands nowhere in it, as a password may stand there.</summary>
/// <param name="run">The run.</param>
/// <param name="of">Number of presentations.</param>
internal sealed class TlsRecord(RecordedRun run, int of)
{
    private VerdictCounts _counts;
    private int _index;

    /// <summary>Takes an outcome.</summary>
    public void Add(TlsOutcome outcome)
    {
        var presentation = outcome.Presentation;
        var (id, name, index) = ($"tls --only {presentation.Id}", $"a client before {presentation.Words}", ++_index);
        var seen = ForeignText.Escape(outcome.Evidence, ForeignText.MessageLength);
        if (outcome.Verdict == TlsVerdict.NotApplicable)
        {
            run.Write(new NoteTaken { Text = $"{name}: does not apply ({seen})" });
            return;
        }

        var verdict = outcome.Verdict switch
        {
            TlsVerdict.Fails => Verdict.Fail,
            TlsVerdict.NotJudged => Verdict.Inconclusive,
            _ => Verdict.Pass,
        };
        _counts = _counts.Plus(verdict);
        run.Write(new ScenarioStarted { Id = id, Feature = "TLS", Name = name, Index = index, Of = of });
        run.Write(new NoteTaken { Scenario = id, Text = $"{TlsReport.Word(outcome.Verdict)}: {seen}" });
        run.Write(new ScenarioFinished
        {
            Id = id, Name = name, Verdict = verdict, DurationMs = outcome.Duration.TotalMilliseconds,
            Failure = verdict == Verdict.Pass ? null : new FailureDetail(
                "then", null, presentation.Id, presentation.IsControl ? "that the client logs in" : $"that the client sends no application data to a broker that presents {presentation.Words}", seen, null,
                $"./harness tls --only {presentation.Id} --run COMMAND"),
        });
    }

    /// <summary>Ends the record.</summary>
    public void End(bool stopped) => run.End(_counts, stopped);
}
