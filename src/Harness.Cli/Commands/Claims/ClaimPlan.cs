using System.Text.RegularExpressions;
using Harness.Adversary.Claims;
using Harness.Cli.Features;
using Harness.Record;
using Harness.Schemes;
using Harness.Steps;

namespace Harness.Cli.Commands.Claims;

/// <summary>A scenario below features/claims, with the scheme and attack it is about.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Scheme">The scheme that its first step names; null if none does.</param>
/// <param name="Attack">The attack or finding that it tries; null if it tries none.</param>
public sealed partial record ClaimPlan(ScenarioPlan Scenario, string? Scheme, Attack? Attack)
{
    /// <summary>Reads a scenario's scheme and attack from its steps.</summary>
    /// <exception cref="FeatureFileException">The scenario tries an unknown attack.</exception>
    public static ClaimPlan Of(ScenarioPlan scenario)
    {
        var scheme = scenario.Steps.Select(s => SchemeStep().Match(s.Text)).FirstOrDefault(m => m.Success && SchemeNames.All.Contains(m.Groups[1].Value))?.Groups[1].Value;
        var tries = scenario.Steps.FirstOrDefault(s => TriesStep().IsMatch(s.Text));
        if (tries is null)
        {
            return new ClaimPlan(scenario, scheme, null);
        }

        try
        {
            return new ClaimPlan(scenario, scheme, Adversary.Claims.Attacks.ById(TriesStep().Match(tries.Text).Groups[1].Value));
        }
        catch (ArgumentException e)
        {
            throw new FeatureFileException($"{scenario.Feature.DisplayPath}:{tries.Line}: {e.Message}");
        }
    }

    /// <summary>True if the scenario decides a cell.</summary>
    public bool DecidesACell => Scheme is not null && Attack is not null and not Finding;

    /// <summary>True if the scenario counts or measures costs.</summary>
    public bool IsAboutCosts => Scenario.Tags.Contains("@costs");

    /// <summary>Gets the cells that the plans decide, and those of the same claims and schemes that are not applicable.</summary>
    /// <param name="plans">The scenarios that will run.</param>
    /// <param name="whole">True if whole claims were selected, so that cells without an attack are included.</param>
    public static IReadOnlyList<CellStated> Cells(IReadOnlyList<ClaimPlan> plans, bool whole)
    {
        var deciding = plans.Where(p => p.DecidesACell).ToList();
        var asked = deciding.Select(p => (p.Scheme, p.Attack!.Cell.Claim)).ToHashSet();
        return [.. from scheme in SchemeNames.All
                   from cell in ClaimTable.Cells
                   let attacks = deciding.Where(p => p.Scheme == scheme && p.Attack!.Cell == cell).Select(p => p.Attack!.Id).Distinct().ToList()
                   where attacks.Count > 0 || (whole && asked.Contains((scheme, cell.Claim)))
                   select ClaimCells.Stated(scheme, cell, attacks)];
    }

    /// <summary>Every attack and finding.</summary>
    public static IReadOnlyList<Attack> Everything { get; } = [.. Adversary.Claims.Attacks.All, .. Adversary.Claims.Attacks.Findings];

    [GeneratedRegex(@"^([\w-]+) (?:between|with)\b")]
    private static partial Regex SchemeStep();

    [GeneratedRegex(@"^the adversary tries ([\w-]+)$")]
    private static partial Regex TriesStep();
}
