using Harness.Record;
using Spectre.Console;

namespace Harness.Cli.Live;

/// <summary>Shows a run's progress from the same events that go to the record: one line a scenario, and on a terminal one
/// updating line below with the current step. Without a terminal only plain lines.</summary>
public sealed class LiveConsole : IRunSink, IDisposable
{
    private const int MarkWidth = 12;

    private readonly IAnsiConsole _console;
    private readonly TextWriter _output;
    private readonly bool _updating;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly ITimer? _timer;
    private ScenarioStarted? _current;
    private string _step = "";
    private string _feature = "";
    private long _since;
    private bool _statusShown;

    /// <summary>Creates a view that writes to a writer.</summary>
    /// <param name="output">The writer of the lines.</param>
    /// <param name="updating">True if the writer is a terminal that can rewrite its last line.</param>
    /// <param name="time">Clock of the updating line.</param>
    public LiveConsole(TextWriter output, bool updating, TimeProvider time)
    {
        this._output = output;
        this._updating = updating;
        this._time = time;
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(output),
            Ansi = updating && StandardStreams.WantsColor ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = updating && StandardStreams.WantsColor ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
        });
        _console.Profile.Width = 10_000; // the terminal wraps lines; a log is not wrapped at 80 columns
        _timer = updating ? time.CreateTimer(_ => Tick(), null, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(200)) : null;
    }

    /// <inheritdoc />
    public void Write(RunEvent e)
    {
        lock (_gate)
        {
            switch (e)
            {
                case RunStarted run:
                    Line($"[bold]{Escape(run.RigName)}[/]  {run.Selected} scenarios of {Escape(run.Features)}"
                        + (run.Deselected.Count > 0 ? $", {run.Deselected.Count} left out" : ""));
                    break;
                case DeviceReady device:
                    Line($"  [grey]{Escape(device.Device)}: {Escape(device.Driver)}"
                        + (device.Build is null ? "" : $", firmware {Escape(device.Build)}")
                        + $", {device.TickUnit}, {ProvenanceWord(device.Provenance)}, ready after {device.ReadyMs:F0} ms[/]");
                    break;
                case ScenarioStarted scenario:
                    (_current, _step, _since) = (scenario, "", _time.GetTimestamp());
                    if (_feature != scenario.Feature)
                    {
                        _feature = scenario.Feature;
                        Line($"[bold]{Escape(_feature)}[/]");
                    }

                    ShowStatus();
                    break;
                case StepStarted started:
                    _step = $"{started.Keyword} {started.Text}";
                    ShowStatus();
                    break;
                case ScenarioFinished finished:
                    var index = _current is null ? "" : $"{_current.Index,4}/{_current.Of} ";
                    _current = null;
                    Scenario(index, finished);
                    if (finished.Failure is { } failure)
                    {
                        Line($"         {Escape(failure.Item)}: expected {Escape(failure.Expected)}, saw {Escape(failure.Seen)}"
                            + (failure.Unit is null ? "" : " " + Escape(failure.Unit)));
                    }

                    break;
                default:
                    break;
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _timer?.Dispose();
        lock (_gate)
        {
            ClearStatus();
        }
    }

    // On a terminal a scenario takes one row: its path is cut first, then the end of its name. A log is not cut.
    private void Scenario(string index, ScenarioFinished finished)
    {
        var (name, place, took) = (ForeignText.Name(finished.Name), "  " + finished.Id, "  " + Seconds(finished.DurationMs));
        if (_updating)
        {
            var room = TerminalWidth() - index.Length - MarkWidth - 1 - took.Length;
            if (name.Length + place.Length > room && finished.Verdict == Verdict.Pass)
            {
                place = "";
                name = Shorten(name, room);
            }
        }

        Line($"{index}{Mark(finished.Verdict)} {Escape(name)}[grey]{Escape(place)}{took}[/]");
    }

    // The values of an outline's row tell rows apart, so the sentence before them is cut.
    private static string Shorten(string name, int room)
    {
        if (name.Length <= room || room < 2)
        {
            return name;
        }

        var values = name.LastIndexOf(" [", StringComparison.Ordinal);
        var kept = values > 0 && name.Length - values + 10 < room ? name[values..] : "";
        return name[..(room - kept.Length - 1)] + "…" + kept;
    }

    private void Tick()
    {
        lock (_gate)
        {
            ShowStatus();
        }
    }

    private void ShowStatus()
    {
        if (!_updating || _current is null)
        {
            return;
        }

        var text = $"{_current.Index}/{_current.Of}  {_time.GetElapsedTime(_since).TotalSeconds:F1} s  {_current.Name}"
            + (_step.Length > 0 ? $"  >  {_step}" : "");
        text = ForeignText.Name(text);
        var width = Math.Max(20, TerminalWidth() - 1);
        _output.Write(StandardStreams.EraseLine + (text.Length > width ? text[..(width - 1)] + "…" : text));
        _output.Flush();
        _statusShown = true;
    }

    private void ClearStatus()
    {
        if (_statusShown)
        {
            _output.Write(StandardStreams.EraseLine);
            _output.Flush();
            _statusShown = false;
        }
    }

    private void Line(string markup)
    {
        ClearStatus();
        _console.MarkupLine(markup);
        _output.Flush();
    }

    /// <summary>Gets the columns of the terminal; 80 if unknown.</summary>
    internal static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth > 0 ? Console.WindowWidth : 80;
        }
        catch (IOException)
        {
            return 80;
        }
    }

    private static string Escape(string text) => Markup.Escape(ForeignText.Name(text));

    private static string Seconds(double milliseconds) => $"{milliseconds / 1000:F2} s";

    private static string ProvenanceWord(Provenance provenance) => provenance switch
    {
        Provenance.Hardware => "hardware",
        Provenance.EmulatedCycles => "emulated cycles",
        Provenance.EmulatedInstructions => "emulated instructions",
        Provenance.Unknown => "of unknown provenance",
        _ => "host clock",
    };

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Pass => "[green]pass        [/]",
        Verdict.Fail => "[red]FAIL        [/]",
        Verdict.Unjudgeable => "[cyan]unjudgeable [/]",
        Verdict.RigError => "[magenta]RIG ERROR   [/]",
        Verdict.Inconclusive => "[yellow]inconclusive[/]",
        _ => "[yellow]aborted     [/]",
    };
}
