namespace Harness.Cli.Live;

/// <summary>
/// Shows a run calmly on a terminal: what passed folds into one line a feature, what did not is told as it comes, and below stand the devices, a bar with the time left, and each scenario under way with its step.
/// The lines below are written over in one write and only where they changed, so that nothing flickers; they fit whatever width the terminal has at the time.
/// </summary>
public sealed class CalmConsole : IRunSink, IDisposable
{
    private const int BarWidth = 24;
    private const int Narrowest = 2;

    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, DeviceState> _devices = [];
    private readonly TextWriter _output;
    private readonly TimeProvider _time;
    private readonly RunClock _clock;
    private readonly Func<int> _width;
    private readonly bool _color;
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private readonly FoldedFeature _feature = new();
    private readonly List<UnderWay> _current = []; // in the order they began
    private string _shown = "";
    private int _shownWidth;
    private int _selected;
    private int _done;

    /// <summary>Creates a view on a terminal.</summary>
    /// <param name="output">The terminal.</param>
    /// <param name="color">True where it shows colours.</param>
    /// <param name="width">Its columns, asked anew for every picture.</param>
    /// <param name="expected">Milliseconds that a scenario took in earlier runs, by its identifier; empty where none is known.</param>
    /// <param name="time">Clock of the bar.</param>
    public CalmConsole(TextWriter output, bool color, Func<int> width, IReadOnlyDictionary<string, double> expected, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_output, _color, _width, _time) = (output, color, width, time);
        _clock = new RunClock(expected);
        _timer = time.CreateTimer(_ => Tick(), null, _tick, _tick);
    }

    /// <inheritdoc />
    public void Write(RunEvent e)
    {
        lock (_gate)
        {
            Take(e);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            Permanent(_feature.End());
            Picture("");
        }
    }

    private void Take(RunEvent e)
    {
        switch (e)
        {
            case RunStarted run:
                (_selected, _clock.Lanes) = (run.Selected, run.Parallel ?? 1);
                foreach (var part in (run.Wiring ?? []).Where(part => part.Kind == "device"))
                {
                    _devices[part.Name] = new DeviceState("not used yet", 0);
                }

                Permanent([(null, $"{run.RigName}  {run.Selected} scenarios of {run.Features}{(run.Deselected.Count > 0 ? $", {run.Deselected.Count} left out" : "")}")]);
                break;
            case DeviceReady device:
                _devices[device.Device] = new DeviceState($"ready by {device.Driver}", _devices.GetValueOrDefault(device.Device)?.Faults ?? 0);
                Redraw();
                break;
            case FaultSeen fault:
                _devices[fault.Device] = new DeviceState($"last fault {fault.Fault}", (_devices.GetValueOrDefault(fault.Device)?.Faults ?? 0) + 1);
                Redraw();
                break;
            case ScenarioStarted scenario:
                _current.Add(new UnderWay(scenario));
                _clock.Begin(scenario.Id, _time.GetTimestamp());
                Permanent(_feature.Begin(scenario));
                break;
            case StepStarted step:
                if (_current.Find(c => c.Of.Id == step.Scenario) is { } stepping)
                {
                    stepping.Step = $"{step.Keyword} {step.Text}";
                }

                Redraw();
                break;
            case ScenarioFinished finished:
                _done++;
                _current.RemoveAll(c => c.Of.Id == finished.Id);
                _clock.End(finished.Id, finished.DurationMs);
                Permanent(_feature.Take(finished));
                break;
            default:
                break;
        }
    }

    private void Tick()
    {
        lock (_gate)
        {
            if (_selected > 0)
            {
                Redraw();
            }
        }
    }

    private void Permanent(IEnumerable<(Verdict? Verdict, string Line)> lines)
    {
        var text = new StringBuilder();
        foreach (var (verdict, line) in lines)
        {
            var shown = ForeignText.Name(line);
            text.Append(_color && verdict is { } of ? $"\u001b[{Color(of)}m{shown}\u001b[0m" : shown).Append('\n');
        }

        Picture(text.ToString(), status: _done < _selected || _current.Count > 0);
    }

    private void Redraw() => Picture("", status: true);

    // One write: what is kept goes where the old picture stood, and the new one below it.
    private void Picture(string permanent, bool status = false)
    {
        var width = Math.Max(Narrowest, _width()) - 1;
        var next = status ? string.Join('\n', Lines(width).Select(line => Fit(line, width))) : "";
        if (permanent.Length == 0 && next == _shown && width == _shownWidth)
        {
            return;
        }

        // Written over what stands there, a picture does not flicker; what is kept, and another width, need room first.
        _output.Write(permanent.Length == 0 && next.Length > 0 && _shown.Length > 0 && width == _shownWidth ? Over(next) : Erase(width) + permanent + next);
        _output.Flush();
        (_shown, _shownWidth) = (next, width);
    }

    // A terminal that became narrower has wrapped the lines that were there.
    private string Erase(int width)
    {
        if (_shown.Length == 0)
        {
            return "";
        }

        var rows = _shown.Split('\n').Sum(line => Math.Max(1, (line.Length + width) / (width + 1)));
        return Up(rows - 1) + "\u001b[J";
    }

    private string Over(string next) => Up(_shown.Count(c => c == '\n')) + next.Replace("\n", "\u001b[K\n", StringComparison.Ordinal) + "\u001b[J";

    private static string Up(int rows) => "\r" + (rows > 0 ? $"\u001b[{rows}A" : "");

    private IEnumerable<string> Lines(int width)
    {
        if (_devices.Count > 0)
        {
            yield return string.Join("   ", _devices.Select(d => $"{d.Key}: {d.Value.Word}{(d.Value.Faults > 0 ? $" ({d.Value.Faults})" : "")}"));
        }

        var filled = _selected == 0 ? 0 : Math.Min(BarWidth, _done * BarWidth / _selected);
        yield return $"[{new string('#', filled)}{new string('.', BarWidth - filled)}] {_done}/{_selected}  {_clock.Left(_selected - _done, _time)}";
        foreach (var current in _current)
        {
            yield return width < 40 ? current.Of.Name : $"{current.Of.Feature}: {current.Of.Name}";
            yield return current.Step.Length > 0 ? $"  {current.Step}" : "  ...";
        }
    }

    private static string Fit(string line, int width)
    {
        var shown = ForeignText.Name(line);
        return shown.Length <= width ? shown : shown[..(width - 1)] + "…";
    }

    private static int Color(Verdict verdict) => verdict switch
    {
        Verdict.Pass => 32,
        Verdict.Fail => 31,
        Verdict.RigError => 35,
        Verdict.Unjudgeable => 36,
        _ => 33,
    };

    private sealed record DeviceState(string Word, int Faults);

    private sealed class UnderWay(ScenarioStarted of)
    {
        public ScenarioStarted Of { get; } = of;

        public string Step { get; set; } = "";
    }
}
