using Harness.Brokers.Conformance;

namespace Harness.Cli.Commands.Conformance;

/// <summary>Statements as a run record holds them: a statement in the place of a scenario. One about a feature that the broker does not offer, or that the device does not use, was not judged, and is a note.</summary>
/// <param name="run">The run.</param>
/// <param name="subject">The broker or device.</param>
/// <param name="of">Number of statements.</param>
internal sealed class ConformanceRecord(RecordedRun run, ConformanceSubject subject, int of)
{
    private VerdictCounts _counts;
    private int _index;

    /// <summary>Takes an outcome.</summary>
    public void Add(ConformanceOutcome outcome)
    {
        var statement = outcome.Statement;
        var seen = ForeignText.Escape(outcome.Finding.Seen, ForeignText.MessageLength);
        var name = $"[{statement.Number}] of MQTT {statement.VersionName}: the {subject.Kind} {statement.Demand}";
        if (outcome.Finding.Verdict == ConformanceVerdict.OptionalFeatureAbsent)
        {
            run.Write(new NoteTaken { Text = $"{name}: optional feature absent ({seen})" });
            return;
        }

        var id = $"conformance{subject.Side} --mqtt {statement.VersionName} --statement {statement.Number}";
        var verdict = outcome.Finding.Verdict switch
        {
            ConformanceVerdict.Conforms => Verdict.Pass,
            ConformanceVerdict.Violates => Verdict.Fail,
            _ when outcome.Finding.BrokerIsGone => Verdict.RigError,
            _ => Verdict.Inconclusive,
        };
        _counts = _counts.Plus(verdict);
        run.Write(new ScenarioStarted { Id = id, Feature = $"MQTT {statement.VersionName}", Name = name, Index = ++_index, Of = of });
        run.Write(new ScenarioFinished
        {
            Id = id, Name = name, Verdict = verdict, DurationMs = outcome.Duration.TotalMilliseconds,
            Failure = verdict == Verdict.Pass ? null : new FailureDetail("then", null, $"[{statement.Number}]", $"that the {subject.Kind} {statement.Demand}", seen, null, $"./harness conformance{subject.Side} {subject.Again} --mqtt {statement.VersionName} --statement {statement.Number}"),
        });
    }

    /// <summary>Ends the record.</summary>
    public void End(bool stopped) => run.End(_counts, stopped);
}
