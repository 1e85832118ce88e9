namespace Harness.Reporting.Html;

/// <summary>Takes the samples out of a stream of events, so that a record of a million of them is never held as objects.</summary>
internal sealed class SampleCollector
{
    private readonly Dictionary<(string Device, string Operation, Unit Unit, ClockKind Clock, Provenance Provenance), SampleSeries> _series = [];
    private readonly Dictionary<string, Dictionary<SampleSeries, int>> _counts = [];
    private SampleTaken? _last;
    private SampleSeries? _lastSeries;
    private int _lastCount;

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
        Count();
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

    /// <summary>The devices whose samples a scenario took.</summary>
    public IEnumerable<string> Devices(string scenario) => _counts.TryGetValue(scenario, out var counts) ? counts.Keys.Select(series => series.Of.Device).Distinct() : [];

    private void Take(SampleTaken sample)
    {
        // Samples come in rows of one operation, whose names the reader gives as the same objects.
        if (_last is not null && _lastSeries is not null && ReferenceEquals(sample.Scenario, _last.Scenario) && ReferenceEquals(sample.Operation, _last.Operation)
            && ReferenceEquals(sample.Device, _last.Device) && sample.Unit == _last.Unit && sample.Clock == _last.Clock && sample.Provenance == _last.Provenance)
        {
            _lastSeries.Add(sample.Value);
            _lastCount++;
            return;
        }

        Count();
        var of = (sample.Device, sample.Operation, sample.Unit, sample.Clock, sample.Provenance);
        if (!_series.TryGetValue(of, out var series))
        {
            series = new SampleSeries { Of = of };
            _series.Add(of, series);
        }

        series.Add(sample.Value);
        (_last, _lastSeries, _lastCount) = (sample, series, 1);
    }

    private void Count()
    {
        if (_last is null || _lastSeries is null || _lastCount == 0)
        {
            return;
        }

        if (!_counts.TryGetValue(_last.Scenario, out var counts))
        {
            _counts.Add(_last.Scenario, counts = []);
        }

        counts[_lastSeries] = counts.GetValueOrDefault(_lastSeries) + _lastCount;
        _lastCount = 0;
    }
}
