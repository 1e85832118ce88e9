namespace Harness.Cli.Commands.Load;

/// <summary>Loads as a run record holds them: a measurement of one broker in one round in the place of a scenario, its numbers as notes. Lost messages fail it; what the broker does not offer is not judged.</summary>
/// <param name="run">The run.</param>
/// <param name="of">Number of measurements.</param>
internal sealed class LoadRecord(RecordedRun run, int of)
{
    private VerdictCounts _counts;
    private int _index;

    /// <summary>Measures, and records the begin, the numbers and the end.</summary>
    /// <param name="name">The measurement.</param>
    /// <param name="broker">The broker.</param>
    /// <param name="round">Its round, from 1.</param>
    /// <param name="measure">Measures.</param>
    public async Task<IReadOnlyList<LoadFigure>> MeasureAsync(string name, string broker, int round, Func<Task<IReadOnlyList<LoadFigure>>> measure)
    {
        var (id, title, watch) = ($"load {name}: {broker}, round {round}", $"{name}: {broker}, round {round}", Stopwatch.StartNew());
        run.Write(new ScenarioStarted { Id = id, Feature = "load", Name = title, Index = ++_index, Of = of });
        try
        {
            var figures = await measure();
            foreach (var figure in figures)
            {
                run.Write(new NoteTaken { Scenario = id, Text = $"{figure.Title}: {LoadFigure.Shown(figure.Value, figure.Unit)}" });
            }

            var lost = figures.Sum(f => f.Lost);
            End(id, title, lost == 0 ? Verdict.Pass : Verdict.Fail, watch, "messages", "to arrive, every one", $"{lost:N0} that did not within 2 s");
            return figures;
        }
        catch (MqttProtocolException e) when (e.Reason == ReasonCode.QosNotSupported)
        {
            // Of this measurement alone: the others say something about the broker all the same.
            End(id, title, Verdict.Inconclusive, watch, $"broker {broker}", "to offer what is measured", e.Message);
            return [new LoadFigure(name, double.NaN, "/s", true) { Missing = e.Message }];
        }
        catch (Exception e) when (e is MqttException or IOException)
        {
            End(id, title, Verdict.RigError, watch, $"broker {broker}", "to carry the load", e.Message);
            throw;
        }
    }

    /// <summary>Ends the record.</summary>
    public RunFinished End(bool stopped) => run.End(_counts, stopped);

    private void End(string id, string name, Verdict verdict, Stopwatch watch, string item, string expected, string seen)
    {
        _counts = _counts.Plus(verdict);
        run.Write(new ScenarioFinished
        {
            Id = id, Name = name, Verdict = verdict, DurationMs = watch.Elapsed.TotalMilliseconds,
            Failure = verdict == Verdict.Pass ? null : new FailureDetail("when", null, item, expected, ForeignText.Escape(seen, ForeignText.MessageLength), null, "./harness load --help"),
        });
    }
}
