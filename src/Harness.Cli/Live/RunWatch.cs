using Harness.Reporting.Live;

namespace Harness.Cli.Live;

/// <summary><c>--watch</c>: serves a run under way as a page, with the time left as the terminal tells it.</summary>
internal sealed class RunWatch : IRunSink, IDisposable
{
    private readonly Lock _gate = new();
    private readonly RunClock _clock;
    private readonly TimeProvider _time;
    private readonly WatchServer _server;
    private int _selected;
    private int _done;

    private RunWatch(string record, IReadOnlyDictionary<string, double> expected, TimeProvider time)
    {
        (_clock, _time) = (new RunClock(expected), time);
        _server = WatchServer.StartAsync(record, Left, time).GetAwaiter().GetResult();
    }

    /// <summary>Begins, and says the page's address where progress is told; a machine that gives no port costs the page, not the run.</summary>
    /// <param name="record">Path of the record, which exists.</param>
    /// <param name="expected">Milliseconds that a scenario took in earlier runs, by its identifier; empty where none is known.</param>
    /// <param name="progress">Takes the address, which stands in no record: whoever has it may watch.</param>
    public static RunWatch? Start(string record, IReadOnlyDictionary<string, double> expected, TextWriter progress)
    {
        try
        {
            var watch = new RunWatch(record, expected, TimeProvider.System);
            progress.WriteLine($"watch: {watch._server.Address}");
            progress.Flush();
            return watch;
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException)
        {
            Console.Error.WriteLine($"harness: warning: this run cannot be watched: {ForeignText.Line(e.Message)}; next: ss -ltn");
            return null;
        }
    }

    /// <inheritdoc />
    public void Write(RunEvent e)
    {
        lock (_gate)
        {
            switch (e)
            {
                case RunStarted run:
                    (_selected, _clock.Lanes) = (run.Selected, run.Parallel ?? 1);
                    break;
                case ScenarioStarted scenario:
                    _clock.Begin(scenario.Id, _time.GetTimestamp());
                    break;
                case ScenarioFinished finished:
                    _done++;
                    _clock.End(finished.Id, finished.DurationMs);
                    break;
                default:
                    break;
            }
        }

        _server.Write(e);
    }

    /// <inheritdoc />
    public void Dispose() => _server.Dispose();

    private string Left()
    {
        lock (_gate)
        {
            return _clock.Left(_selected - _done, _time);
        }
    }
}
