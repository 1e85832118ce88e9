using System.Text.RegularExpressions;
using Harness.Adversary.Claims;
using Harness.Cli.Features;
using Harness.Record;
using Harness.Schemes;
using Harness.Steps;

namespace Harness.Cli.Commands.Claims;

/// <summary>A scenario below features/claims and what it is about.</summary>
/// <param name="Scenario">The scenario.</param>
/// <param name="Scheme">The scheme its first step names; null where none does.</param>
/// <param name="Attack">The attack or finding it tries; null where it tries none.</param>
public sealed partial record ClaimPlan(ScenarioPlan Scenario, string? Scheme, Attack? Attack)
{
    /// <summary>Reads a scenario's steps.</summary>
    /// <exception cref="FeatureFileException">It tries an attack that is not there.</exception>
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

    /// <summary>Whether it decides a cell.</summary>
    public bool DecidesACell => Scheme is not null && Attack is not null and not Finding;

    /// <summary>Whether it counts or measures costs.</summary>
    public bool IsAboutCosts => Scenario.Tags.Contains("@costs");

    /// <summary>The cells that the plans set out to decide, and those of the same claims and schemes that are not applicable.</summary>
    /// <param name="plans">What will run.</param>
    /// <param name="whole">Whether whole claims were asked for, so that cells without an attack are worth telling.</param>
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
