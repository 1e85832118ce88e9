using System.Security.Cryptography;

namespace Harness.Lab.History;

/// <summary>Makes the history's rows from a record's events, the same from a run as it happens and from its record later.</summary>
internal sealed class RunRows
{
    private readonly Dictionary<string, DeviceReady> _devices = [];
    private readonly Dictionary<string, Open> _open = [];
    private RunStarted? _started;
    private string _run = "";

    /// <summary>Takes the next event.</summary>
    /// <returns>The rows that it completes; null where it completes none.</returns>
    public HistoryBatch? Take(RunEvent e)
    {
        switch (e)
        {
            case RunStarted started when _started is null:
                _started = started;
                _run = KeyOf(started);
                return new HistoryBatch { Run = _run, Started = started };
            case DeviceReady device:
                _devices[device.Device] = device;
                return null;
            case ScenarioStarted scenario:
                _open[scenario.Id] = new Open();
                return null;
            case StepFinished step:
                Of(step.Scenario).Steps.Append(step.Keyword).Append(' ').Append(step.Text).Append('\n');
                return null;
            case SampleTaken sample when double.IsFinite(sample.Value):
                Of(sample.Scenario).Add(sample);
                return null;
            case SamplesSummarized summary:
                Of(summary.Scenario).Summaries.Add(summary);
                return null;
            case ScenarioFinished finished when _started is not null:
                return Batch(finished);
            case RunFinished finished when _started is not null:
                return new HistoryBatch { Run = _run, Started = _started, Finished = finished };
            default:
                return null;
        }
    }

    /// <summary>The key of a run: its name, which <c>--out</c> may give twice, and the moment of its first event.</summary>
    public static string KeyOf(RunStarted started) => $"{started.RunId}@{started.At.UtcDateTime.ToString("yyyyMMdd'T'HHmmss.fffffff'Z'", CultureInfo.InvariantCulture)}";

    private Open Of(string scenario)
    {
        if (!_open.TryGetValue(scenario, out var open))
        {
            _open.Add(scenario, open = new Open());
        }

        return open;
    }

    private HistoryBatch Batch(ScenarioFinished finished)
    {
        var open = Of(finished.Id);
        _open.Remove(finished.Id);
        var reason = finished.Failure is { } f ? $"{f.Item}: expected {f.Expected}, saw {f.Seen}{(f.Unit is null ? "" : " " + f.Unit)}" : null;
        return new HistoryBatch
        {
            Run = _run, Started = _started!,
            Scenario = new ScenarioRow(finished.Seq, finished.Id, finished.Name, Hash(open.Steps.ToString()), finished.Verdict, reason, Finite(finished.DurationMs), finished.At, Build()),
            Series = [.. open.Series().Select(Row).DistinctBy(row => (row.Device, row.Operation, row.Clock, row.Provenance, row.Unit))],
        };
    }

    private SeriesRow Row(SamplesSummarized s)
    {
        var device = _devices.GetValueOrDefault(s.Device);
        var (low, high) = s.P50Interval is [var from, var to] ? (Known(from), Known(to)) : (null, null);

        // What runs in this process is built with it; so is what the host's clock takes around a board, but a board's own build is what is asked for.
        var build = device?.Build ?? _started!.HarnessBuild ?? _started.HarnessVersion;
        var board = device?.Board ?? (s.Provenance == Provenance.Host ? _started!.Host.Cpu : device?.Kind ?? "");
        return new SeriesRow(s.Device, s.Operation, s.Clock, s.Provenance, s.Unit, board, build, s.N, Finite(s.Min), Finite(s.P50), Known(s.P99), Finite(s.Max), low, high, Known(s.Floor), Known(s.Baseline));
    }

    private string Build() => Hash(string.Join('\n', ((string?[])[_started!.HarnessVersion, _started.HarnessBuild, _started.RigName])
        .Concat(_devices.Values.OrderBy(d => d.Device, StringComparer.Ordinal).Select(d => $"{d.Device} {d.Driver} {d.Build}"))));

    private static double? Known(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 8));

    /// <summary>A scenario under way.</summary>
    private sealed class Open
    {
        private readonly Dictionary<(string, string, Unit, ClockKind, Provenance), (SampleTaken Of, List<double> Values)> _samples = [];

        public StringBuilder Steps { get; } = new();

        public List<SamplesSummarized> Summaries { get; } = [];

        public void Add(SampleTaken sample)
        {
            var key = (sample.Device, sample.Operation, sample.Unit, sample.Clock, sample.Provenance);
            if (!_samples.TryGetValue(key, out var found))
            {
                _samples.Add(key, found = (sample, []));
            }

            found.Values.Add(sample.Value);
        }

        public IEnumerable<SamplesSummarized> Series() => Summaries.Concat(_samples.Values.Select(s => SamplesSummarized.Of(s.Of, s.Values, "")));
    }
}
