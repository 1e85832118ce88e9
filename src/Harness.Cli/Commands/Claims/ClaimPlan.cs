using Harness.Adversary.Claims;

namespace Harness.Cli.Commands.Claims;

/// <summary>A scenario below features/claims and the subject that its tags name.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Scheme">The scheme of its tag <c>@scheme:</c>; null where it has none.</param>
/// <param name="Attack">The attack or finding of its tag <c>@attack:</c>; null where it has none.</param>
public sealed record ClaimPlan(ScenarioPlan Scenario, string? Scheme, Attack? Attack)
{
    private const string SchemeTag = "@scheme:";
    private const string ClaimTag = "@claim:";
    private const string AttackTag = "@attack:";

    /// <summary>Reads a scenario's tags.</summary>
    /// <exception cref="FeatureFileException">A tag names a scheme or an attack that is not there.</exception>
    public static ClaimPlan Of(ScenarioPlan scenario)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        var scheme = ValueOf(scenario, SchemeTag);
        if (scheme is not null && !SchemeNames.All.Contains(scheme))
        {
            throw new FeatureFileException($"{scenario.Id}: {SchemeTag}{scheme}: no such scheme{NearestWord.Hint(scheme, SchemeNames.All)}; known: {string.Join(", ", SchemeNames.All)}");
        }

        try
        {
            return new ClaimPlan(scenario, scheme, ValueOf(scenario, AttackTag) is { } attack ? Adversary.Claims.Attacks.ById(attack) : null);
        }
        catch (ArgumentException e)
        {
            throw new FeatureFileException($"{scenario.Id}: {AttackTag}: {e.Message}; next: ./harness claims --list");
        }
    }

    /// <summary>True if the scenario decides a cell.</summary>
    public bool DecidesACell => Scheme is not null && Attack is not null and not Finding;

    /// <summary>True if the scenario counts or measures costs.</summary>
    public bool IsAboutCosts => Scenario.Tags.Contains("@costs");

    /// <summary>True if the scenario boots every board of the rig, which only <c>--costs</c> does.</summary>
    public bool IsAboutBoards => Scenario.Tags.Contains("@boards");

    /// <summary>True if the scenario is tagged with the claim.</summary>
    public bool IsAbout(Claim claim) => Scenario.Tags.Contains(ClaimTag + ClaimNames.Word(claim));

    /// <summary>The events before the scenarios of a run: the columns of its tables, and the cells.</summary>
    /// <inheritdoc cref="Cells"/>
    public static IReadOnlyList<RunEvent> Preface(IReadOnlyList<ClaimPlan> plans, bool whole) =>
        [.. ClaimCells.Stated(plans.Select(p => p.Scheme).OfType<string>()), .. Cells(plans, whole)];

    /// <summary>The cells that the plans set out to decide, and those of the same claims and schemes that are not applicable.</summary>
    /// <param name="plans">Plans of the scenarios that will run.</param>
    /// <param name="whole">True if whole claims were selected, so that cells without an attack are included.</param>
    public static IReadOnlyList<CellStated> Cells(IReadOnlyList<ClaimPlan> plans, bool whole)
    {
        var all = plans.Where(p => p.DecidesACell).ToList();
        var deciding = all.Where(p => p.Attack!.Plugin is null).ToList();
        var asked = deciding.Select(p => (p.Scheme, p.Attack!.Cell.Claim)).ToHashSet();
        return
        [
            .. from scheme in SchemeNames.All
               from cell in ClaimTable.Cells
               let attacks = deciding.Where(p => p.Scheme == scheme && p.Attack!.Cell == cell).Select(p => p.Attack!.Id).Distinct().ToList()
               where attacks.Count > 0 || (whole && asked.Contains((scheme, cell.Claim)))
               select ClaimCells.Stated(scheme, cell, attacks),
            .. from plan in all.Except(deciding)
               group plan.Attack by (plan.Attack!.Plugin, plan.Scheme, plan.Attack.Cell) into cell
               select ClaimCells.Stated(cell.Key.Scheme!, [.. cell.Distinct()]),
        ];
    }

    /// <summary>Every attack and finding, those of plugins last.</summary>
    public static IReadOnlyList<Attack> AllAttacks => [.. Adversary.Claims.Attacks.All, .. Adversary.Claims.Attacks.Findings, .. Adversary.Claims.Attacks.OfPlugins];

    private static string? ValueOf(ScenarioPlan scenario, string tag) =>
        scenario.Tags.FirstOrDefault(t => t.StartsWith(tag, StringComparison.Ordinal))?[tag.Length..];
}
