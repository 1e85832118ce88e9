using System.Runtime.ExceptionServices;

namespace Harness.Cli.Features;

/// <summary>Executes scenarios and writes what happens to a sink: in the order of the list, and beside each other where they need different devices.</summary>
/// <param name="environment">The run.</param>
/// <param name="sink">Takes what happens; with several lanes it is called from several threads.</param>
/// <param name="scenarioLimit">The longest time of one scenario.</param>
/// <param name="lanes">The largest number of scenarios at once.</param>
public sealed class FeatureRunner(RunEnvironment environment, IRunSink sink, TimeSpan scenarioLimit, int lanes = 1)
{
    private readonly Lock _countsGate = new();
    private VerdictCounts _counts;

    /// <summary>Runs every scenario; a stopped run leaves the rest out.</summary>
    /// <returns>Number of scenarios that ended with each verdict.</returns>
    public VerdictCounts Run(IReadOnlyList<ScenarioPlan> plans)
    {
        ArgumentNullException.ThrowIfNull(plans);
        if (Math.Min(lanes, plans.Count) <= 1)
        {
            using var runner = new ScenarioRunner(environment, sink, scenarioLimit);
            for (var i = 0; i < plans.Count && !environment.Cancellation.IsCancellationRequested; i++)
            {
                Count(runner.Run(plans[i], i + 1, plans.Count));
            }

            return _counts;
        }

        var queue = new ScenarioQueue(environment.Bench, plans, environment.Cancellation);
        var (outage, first) = (new RigOutage(TimeProvider.System), SpecFlowHost.Start());
        try
        {
            var threads = Enumerable.Range(0, Math.Min(lanes, plans.Count)).Select(lane => new Thread(() =>
            {
                using var runner = new ScenarioRunner(environment, sink, scenarioLimit, outage, lane == 0 ? first : SpecFlowHost.Runner(lane));
                queue.Work((plan, index, loan) => Count(runner.Run(plan, index, plans.Count, loan)));
            })
            {
                IsBackground = true, Name = $"scenarios {lane + 1}",
            }).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
        }
        finally
        {
            SpecFlowHost.End();
        }

        if (queue.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return _counts;
    }

    private void Count(ScenarioFinished finished)
    {
        lock (_countsGate)
        {
            _counts = _counts.Plus(finished.Verdict);
        }
    }
}
