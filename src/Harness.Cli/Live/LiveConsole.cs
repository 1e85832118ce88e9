using Spectre.Console;

namespace Harness.Cli.Live;

/// <summary>Shows a run's progress from the same events that go to the record: one line a scenario, and on a terminal one
/// updating line below with the current step. Without a terminal only plain lines.</summary>
public sealed partial class LiveConsole : IRunSink, IDisposable
{
    private const int MarkWidth = 12;

    private readonly IAnsiConsole? _console; // none where nothing is coloured: its tables of colours cost each start a tenth of a second
    private readonly TextWriter _output;
    private readonly bool _updating;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly ITimer? _timer;
    private readonly List<UnderWay> _current = []; // in the order they began
    private string _feature = "";
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
        if (updating && StandardStreams.WantsColor)
        {
            _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.Yes, ColorSystem = ColorSystemSupport.Standard });
            _console.Profile.Width = 10_000; // the terminal wraps lines; a log is not wrapped at 80 columns
        }

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
                    if (_current.Count == 0)
                    {
                        Heading(scenario.Feature);
                    }

                    _current.Add(new UnderWay(scenario, _time.GetTimestamp()));
                    ShowStatus();
                    break;
                case StepStarted started:
                    if (_current.Find(c => c.Of.Id == started.Scenario) is { } stepping)
                    {
                        stepping.Step = $"{started.Keyword} {started.Text}";
                    }

                    ShowStatus();
                    break;
                case ScenarioFinished finished:
                    var begun = _current.Find(c => c.Of.Id == finished.Id);
                    var index = begun is null ? "" : $"{begun.Of.Index,4}/{begun.Of.Of} ";
                    if (begun is not null)
                    {
                        _current.Remove(begun);
                        Heading(begun.Of.Feature);
                    }

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

    // Lines of scenarios that run at once stand below their own feature's name, which therefore may come again.
    private void Heading(string feature)
    {
        if (_feature != feature)
        {
            _feature = feature;
            Line($"[bold]{Escape(_feature)}[/]");
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
        if (!_updating || _current.Count == 0)
        {
            return;
        }

        // The one that has been under way for longest, and how many more there are: one row has no room for all.
        var oldest = _current[0];
        var text = $"{oldest.Of.Index}/{oldest.Of.Of}  {_time.GetElapsedTime(oldest.Since).TotalSeconds:F1} s"
            + (_current.Count > 1 ? $"  (+{_current.Count - 1})" : "") + $"  {oldest.Of.Name}" + (oldest.Step.Length > 0 ? $"  >  {oldest.Step}" : "");
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
        if (_console is null)
        {
            _output.WriteLine(Tags().Replace(markup, match => match.Value is "[[" or "]]" ? match.Value[..1] : ""));
        }
        else
        {
            _console.MarkupLine(markup);
        }

        _output.Flush();
    }

    [GeneratedRegex(@"\[\[|\]\]|\[[^\[\]]+\]")]
    private static partial Regex Tags();

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

    private sealed class UnderWay(ScenarioStarted of, long since)
    {
        public ScenarioStarted Of { get; } = of;

        public long Since { get; } = since;

        public string Step { get; set; } = "";
    }
}
