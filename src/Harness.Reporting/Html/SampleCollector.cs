using Harness.Record;

namespace Harness.Reporting.Html;

/// <summary>Takes the samples out of a stream of events, so that a record of a million of them is never held as objects.</summary>
internal sealed class SampleCollector
{
    private readonly Dictionary<(string Device, string Operation, Unit Unit, ClockKind Clock, Provenance Provenance), SampleSeries> _series = [];
    private readonly Dictionary<string, Dictionary<SampleSeries, int>> _counts = [];

    /// <summary>Takes an event if it is a sample.</summary>
    public bool TryTake(RunEvent e)
    {
        if (e is not SampleTaken sample)
        {
            return false;
        }

        Take(sample);
        return true;
    }

    /// <summary>Every series: those of single samples, then those of which the record holds a summary, with the samples from their files.</summary>
    public IReadOnlyList<SampleSeries> End(RunResult run, RunFiles files)
    {
        foreach (var one in _series.Values)
        {
            one.End();
        }

        var summaries = run.Scenarios.SelectMany(s => s.Summaries)
            .Select(s => new SampleSeries { Of = (s.Device, s.Operation, s.Unit, s.Clock, s.Provenance), Summary = s }).ToList();
        foreach (var file in summaries.GroupBy(s => s.Summary!.File))
        {
            SampleFile.Fill(files, file.Key, [.. file]);
        }

        return [.. _series.Values, .. summaries];
    }

    /// <summary>The samples of a scenario in words: <c>1000 of seal of m4 by the device clock</c>.</summary>
    public IEnumerable<string> Words(string scenario) => !_counts.TryGetValue(scenario, out var counts) ? []
        : counts.Select(c => $"{c.Value} of {c.Key.Of.Operation} of {c.Key.Of.Device} by the {c.Key.Of.Clock.Word()} clock");

    private void Take(SampleTaken sample)
    {
        var of = (sample.Device, sample.Operation, sample.Unit, sample.Clock, sample.Provenance);
        if (!_series.TryGetValue(of, out var series))
        {
            series = new SampleSeries { Of = of };
            _series.Add(of, series);
        }

        series.Add(sample.Value);
        if (!_counts.TryGetValue(sample.Scenario, out var counts))
        {
            _counts.Add(sample.Scenario, counts = []);
        }

        counts[series] = counts.GetValueOrDefault(series) + 1;
    }
}
