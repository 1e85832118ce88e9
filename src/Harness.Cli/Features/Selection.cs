namespace Harness.Cli.Features;

/// <summary>A scenario that will not run, with the reason.</summary>
public sealed record DeselectedScenario(ScenarioPlan Scenario, string Reason);

/// <summary>Selects the scenarios of the catalog that run on a rig.</summary>
public static class Selection
{
    private static readonly string[] OnDemand = ["@claims", "@measure", "@long"];

    /// <summary>Splits scenarios into those that run and those that are left out with a reason to report.</summary>
    /// <param name="all">The catalog.</param>
    /// <param name="filter">The user's condition; null for none. It also brings in tags that are left out by default.</param>
    /// <param name="filterText">The condition as typed.</param>
    /// <param name="rigHasHardware">True if the rig has a real board; otherwise <c>@hardware</c> is deselected.</param>
    /// <param name="rigHasExternal">True if the rig has a device that logs in by itself; otherwise <c>@external</c> is deselected.</param>
    /// <param name="rigHasModels">True if models stand for sensors of the rig; otherwise <c>@modelled-sensors</c> is deselected.</param>
    /// <param name="rigHasTls">True if a device that logs in by itself speaks TLS; otherwise <c>@tls</c> is deselected.</param>
    public static (IReadOnlyList<ScenarioPlan> Run, IReadOnlyList<DeselectedScenario> LeftOut) Choose(
        IEnumerable<ScenarioPlan> all, ScenarioFilter? filter, string? filterText, bool rigHasHardware, bool rigHasExternal = false, bool rigHasModels = true, bool rigHasTls = true)
    {
        var run = new List<ScenarioPlan>();
        var leftOut = new List<DeselectedScenario>();
        foreach (var scenario in all)
        {
            if (filter is not null && !filter.Matches(scenario))
            {
                continue;
            }

            var demanded = OnDemand.FirstOrDefault(tag =>
                scenario.Tags.Contains(tag) && filterText?.Contains(tag, StringComparison.Ordinal) != true);
            if (demanded is not null)
            {
                leftOut.Add(new DeselectedScenario(scenario, $"{demanded} runs on demand: --filter '{demanded}'"));
            }
            else if (Lacks(scenario, rigHasHardware, rigHasExternal, rigHasModels, rigHasTls) is { } reason)
            {
                leftOut.Add(new DeselectedScenario(scenario, reason));
            }
            else
            {
                run.Add(scenario);
            }
        }

        return (run, leftOut);
    }

    /// <summary>Gets the reason for which a scenario cannot run on a rig; null if it can.</summary>
    public static string? Lacks(ScenarioPlan scenario, bool rigHasHardware, bool rigHasExternal, bool rigHasModels = true, bool rigHasTls = true) =>
        scenario.Tags.Contains("@hardware") && !rigHasHardware ? "@hardware needs a rig with a real board"
        : scenario.Tags.Contains("@external") && !rigHasExternal ? "@external needs a rig with a device of kind external: --rig rigs/external.yaml"
        : scenario.Tags.Contains("@tls") && !rigHasTls ? "@tls needs a rig whose external device speaks TLS (tls: true at the device): --rig rigs/external.yaml"
        : scenario.Tags.Contains("@modelled-sensors") && !rigHasModels ? "@modelled-sensors needs a rig whose sensors are models: --rig rigs/sim.yaml"
        : null;

    /// <summary>Gets the scenarios that <c>FILE:LINE</c> selects.</summary>
    /// <exception cref="FeatureFileException">There is no scenario at the line.</exception>
    public static IReadOnlyList<ScenarioPlan> At(IReadOnlyList<ScenarioPlan> file, int line, string typed)
    {
        var hit = file.Where(scenario => scenario.CoversLine(line, file)).ToList();
        return hit.Count > 0
            ? hit
            : throw new FeatureFileException($"no scenario at {typed}; next: ./harness run --list");
    }
}
