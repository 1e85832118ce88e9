namespace Harness.Cli.Features;

/// <summary>Scenarios in the order of their list, of which each lane takes the first whose devices are free.</summary>
internal sealed class ScenarioQueue
{
    private readonly object _gate = new(); // a monitor: lanes sleep until something is given back
    private readonly LinkedList<(ScenarioPlan Plan, int Index, ScenarioNeeds Needs)> _waiting;
    private readonly DeviceLending _lending;
    private readonly CancellationToken _stop;

    public ScenarioQueue(TestBench bench, IReadOnlyList<ScenarioPlan> plans, CancellationToken stop)
    {
        var vocabulary = SpecFlowHost.Vocabulary();
        _lending = new DeviceLending(bench);
        _waiting = new LinkedList<(ScenarioPlan, int, ScenarioNeeds)>(plans.Select((plan, i) => (plan, i + 1, ScenarioNeeds.Of(plan, bench.Rig, vocabulary))));
        _stop = stop;
    }

    /// <summary>The first exception of a lane; no scenario began after it.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Runs scenarios on the calling thread until none is left, the run is stopped, or a lane has failed.</summary>
    /// <param name="run">Runs a scenario, given its number in the list and its devices.</param>
    public void Work(Action<ScenarioPlan, int, Loan> run)
    {
        using var stopped = _stop.Register(Wake);
        while (Take() is { } next)
        {
            try
            {
                run(next.Plan, next.Index, next.Loan);
            }
            catch (Exception e) // the outermost frame of a lane's work: whoever started the lanes gets it
            {
                lock (_gate)
                {
                    Failure ??= e;
                }
            }
            finally
            {
                lock (_gate)
                {
                    _lending.Return(next.Loan);
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }

    private (ScenarioPlan Plan, int Index, Loan Loan)? Take()
    {
        lock (_gate)
        {
            while (_waiting.Count > 0 && Failure is null && !_stop.IsCancellationRequested)
            {
                for (var at = _waiting.First; at is not null; at = at.Next)
                {
                    if (_lending.Take(at.Value.Needs) is { } loan)
                    {
                        _waiting.Remove(at);
                        return (at.Value.Plan, at.Value.Index, loan);
                    }
                }

                Monitor.Wait(_gate);
            }

            return null;
        }
    }

    private void Wake()
    {
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }
    }
}
