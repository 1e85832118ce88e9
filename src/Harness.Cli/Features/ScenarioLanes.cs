namespace Harness.Cli.Features;

/// <summary>Runs scenarios for callers on threads of their own, each as soon as its devices are free.</summary>
/// <param name="environment">The run.</param>
/// <param name="sink">Takes what happens, from several threads.</param>
/// <param name="scenarioLimit">The longest time of one scenario.</param>
internal sealed class ScenarioLanes(RunEnvironment environment, IRunSink sink, TimeSpan scenarioLimit) : IDisposable
{
    private readonly object _gate = new(); // a monitor: callers sleep until something is given back
    private readonly DeviceLending _lending = new(environment.Bench);
    private readonly RigOutage _outage = new(TimeProvider.System);
    private readonly Stack<ScenarioRunner> _idle = [];
    private readonly ITestRunner _first = SpecFlowHost.Start();
    private readonly bool _oneAtATime = Lanes.Default(environment.Bench.Rig, Environment.ProcessorCount) == 1;
    private int _made;

    /// <summary>Waits for the devices of a scenario and runs it.</summary>
    /// <inheritdoc cref="ScenarioRunner.Run(ScenarioPlan, int, int)"/>
    public ScenarioFinished Run(ScenarioPlan plan, int index, int of)
    {
        var needs = ScenarioNeeds.Of(plan, environment.Bench.Rig, SpecFlowHost.Vocabulary());
        var (runner, loan) = Take(needs with { IsAlone = needs.IsAlone || _oneAtATime });
        try
        {
            return runner.Run(plan, index, of, loan);
        }
        finally
        {
            lock (_gate)
            {
                _lending.Return(loan);
                _idle.Push(runner);
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <summary>Ends the features under way and SpecFlow's run with its hooks.</summary>
    public void Dispose()
    {
        foreach (var runner in _idle)
        {
            runner.Dispose();
        }

        SpecFlowHost.End();
    }

    private (ScenarioRunner Runner, Loan Loan) Take(ScenarioNeeds needs)
    {
        lock (_gate)
        {
            Loan? loan;
            while ((loan = _lending.Take(needs)) is null)
            {
                Monitor.Wait(_gate);
            }

            return (_idle.TryPop(out var idle) ? idle : new ScenarioRunner(environment, sink, scenarioLimit, _outage, _made++ == 0 ? _first : SpecFlowHost.Runner(_made)), loan);
        }
    }
}
