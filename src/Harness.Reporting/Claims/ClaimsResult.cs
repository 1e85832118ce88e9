namespace Harness.Reporting.Claims;

/// <summary>The result of a run's attacks, derived from its events alone.</summary>
public sealed class ClaimsResult
{
    private ClaimsResult(RunResult run)
    {
        Run = run;
        var columns = ClaimGroup.Columns(run);
        int Order(string scheme) => columns.FindIndex(c => c.Scheme == scheme);
        Cells = [.. Keys(run).Select(key => Cell(run, key)).OrderBy(c => c.Plugin is not null).ThenBy(c => Order(c.Scheme)).ThenBy(c => ClaimTexts.Order(c.Claim))];
        Groups = ClaimGroup.Of(columns, [.. OfPapers]);
        Findings = [.. run.Findings.OrderBy(f => Order(f.Scheme))];
        Costs = [.. run.Costs.OrderBy(c => Order(c.Scheme))];
        Messages = [.. run.MessageCosts.OrderBy(m => m.Device, StringComparer.Ordinal).ThenBy(m => Order(m.Scheme)).ThenBy(m => m.Bytes)];
        Footprints = [.. run.Footprints.OrderBy(f => f.Device, StringComparer.Ordinal).ThenBy(f => Order(f.Scheme))];
    }

    /// <summary>The run.</summary>
    public RunResult Run { get; }

    /// <summary>Every cell that was announced or attacked, by scheme and claim; those of plugins last.</summary>
    public IReadOnlyList<ClaimCell> Cells { get; }

    /// <summary>The columns of the claims table by their groups; none where no attack was to run.</summary>
    public IReadOnlyList<ClaimGroup> Groups { get; }

    /// <summary>The cells of the claims table, which no plugin's attack changes.</summary>
    public IEnumerable<ClaimCell> OfPapers => Cells.Where(c => c.Plugin is null);

    /// <summary>The cells that plugins' attacks decide.</summary>
    public IEnumerable<ClaimCell> OfPlugins => Cells.Where(c => c.Plugin is not null);

    /// <summary>Findings beyond the claims.</summary>
    public IReadOnlyList<FindingJudged> Findings { get; }

    /// <summary>Operation counts of each party in each phase.</summary>
    public IReadOnlyList<CostCounted> Costs { get; }

    /// <summary>Costs of a message's security.</summary>
    public IReadOnlyList<MessageCost> Messages { get; }

    /// <summary>Memory that schemes take on boards.</summary>
    public IReadOnlyList<SchemeFootprint> Footprints { get; }

    /// <summary>True if the record holds no cell, finding or cost.</summary>
    public bool IsEmpty => Cells.Count == 0 && Findings.Count == 0 && Costs.Count == 0 && Messages.Count == 0 && Footprints.Count == 0;

    /// <summary>Exit code of <c>harness claims</c>: 130 aborted, else 1 a cell differs or a scenario failed, else 2 a scenario was unjudgeable, else
    /// 3 the rig broke, else 4 something could not be decided, else 0.</summary>
    public int ExitCode =>
        Run.Verdict == Verdict.Aborted ? ExitCodes.Aborted
        : Cells.Any(c => c.Differs) || Run.Counts.Failed > 0 ? ExitCodes.Failed
        : Run.Counts.Unjudgeable > 0 ? ExitCodes.Unjudgeable
        : Run.Counts.RigErrors > 0 ? ExitCodes.RigBroken
        : Cells.Any(c => c.IsOpen) || Run.Scenarios.Any(IsUndecided) ? ExitCodes.Inconclusive
        : Run.Verdict == Verdict.Inconclusive ? ExitCodes.Pass
        : Run.ExitCode;

    // Costs decide no cell: where a host's clock cannot tell what a longer message costs, the claims are decided all the same.
    private bool IsUndecided(ScenarioResult scenario) =>
        scenario.Verdict == Verdict.Inconclusive && (Cells.Count == 0 || !scenario.Tags.Contains("@costs"));

    /// <summary>Derives the tables of a run; never throws on the content of events.</summary>
    public static ClaimsResult From(RunResult run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new ClaimsResult(run);
    }

    private static IEnumerable<(string? Plugin, string Scheme, string Claim, string Aspect)> Keys(RunResult run) => run.Cells.Select(c => (c.Plugin, c.Scheme, c.Claim, c.Aspect))
        .Concat(run.Attacks.Select(a => (a.Plugin, a.Scheme, a.Claim, a.Aspect)))
        .Distinct();

    private static ClaimCell Cell(RunResult run, (string? Plugin, string Scheme, string Claim, string Aspect) key)
    {
        var attacks = run.Attacks.Where(a => (a.Plugin, a.Scheme, a.Claim, a.Aspect) == key).ToList();
        var stated = run.Cells.FirstOrDefault(c => (c.Plugin, c.Scheme, c.Claim, c.Aspect) == key);
        if (stated is null)
        {
            return new ClaimCell(
                key.Scheme, attacks[0].Label, key.Claim, key.Aspect, attacks[0].Paper, attacks[0].Expected, attacks[0].OwnReading, attacks, [], 0, key.Plugin);
        }

        return new ClaimCell(
            key.Scheme, stated.Label, key.Claim, key.Aspect, stated.Paper, stated.Expected, stated.OwnReading, attacks,
            [.. stated.Attacks.Except(attacks.Select(a => a.Attack))], stated.Known, key.Plugin);
    }
}
