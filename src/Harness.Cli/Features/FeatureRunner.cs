using Harness.Steps;

namespace Harness.Cli.Features;

/// <summary>Executes scenarios one after the other and writes what happens to a sink.</summary>
public sealed class FeatureRunner(RunEnvironment environment, IRunSink sink, TimeSpan scenarioLimit)
{
    /// <summary>Runs every scenario; a stopped run leaves the rest out.</summary>
    /// <returns>Number of scenarios that ended with each verdict.</returns>
    public VerdictCounts Run(IReadOnlyList<ScenarioPlan> plans)
    {
        var counts = default(VerdictCounts);
        using var runner = new ScenarioRunner(environment, sink, scenarioLimit);
        for (var i = 0; i < plans.Count && !environment.Cancellation.IsCancellationRequested; i++)
        {
            counts = counts.Plus(runner.Run(plans[i], i + 1, plans.Count).Verdict);
        }

        return counts;
    }
}
