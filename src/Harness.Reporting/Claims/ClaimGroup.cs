namespace Harness.Reporting.Claims;

/// <summary>Columns of the claims table that stand together, such as the papers' schemes or today's logins.</summary>
/// <param name="Name">The group's name, as <c>--scheme</c> takes it; empty where a record of an earlier version says none.</param>
/// <param name="Schemes">Its columns, in order.</param>
/// <param name="Rows">The rows that apply to at least one of them, in the papers' order.</param>
public sealed record ClaimGroup(string Name, IReadOnlyList<SchemeStated> Schemes, IReadOnlyList<ClaimRow> Rows)
{
    /// <summary>The title above its columns; empty where it has none.</summary>
    public string Title => ClaimTexts.Group(Name);

    /// <summary>True where the papers' other systems belong below it (<see cref="ClaimTexts.NotDecided"/>).</summary>
    internal bool HasNotDecided => Name is "papers" or "";

    /// <summary>The sentences that say when to choose each of its schemes.</summary>
    public IEnumerable<string> Choices => Schemes.Where(s => s.Choose.Length > 0).Select(s => $"choose {s.Scheme} {s.Choose}");

    /// <summary>The schemes of a run in the order of their columns; those that no event states come last, as they were met.</summary>
    internal static List<SchemeStated> Columns(RunResult run)
    {
        var met = run.Cells.Select(c => (c.Scheme, c.Label)).Concat(run.Attacks.Select(a => (a.Scheme, a.Label)))
            .Concat(run.Findings.Select(f => (f.Scheme, f.Label))).Concat(run.Costs.Select(c => (c.Scheme, c.Label))).Concat(run.MessageCosts.Select(m => (m.Scheme, m.Label)));
        return [.. run.Schemes.Concat(met.Select(s => new SchemeStated { Scheme = s.Scheme, Label = s.Label, Group = "" })).DistinctBy(s => s.Scheme)];
    }

    /// <summary>Arranges the cells of the claims table.</summary>
    /// <param name="columns">The schemes in order.</param>
    /// <param name="cells">The cells; a scheme without one is no column.</param>
    internal static IReadOnlyList<ClaimGroup> Of(IEnumerable<SchemeStated> columns, IReadOnlyList<ClaimCell> cells) =>
    [
        .. from scheme in columns
           where cells.Any(c => c.Scheme == scheme.Scheme)
           group scheme by scheme.Group into schemes
           let own = cells.Where(c => schemes.Any(s => s.Scheme == c.Scheme)).ToList()
           select new ClaimGroup(
               schemes.Key, [.. schemes],
               [
                   .. own.GroupBy(c => (c.Claim, c.Aspect)).Where(row => row.Any(c => c.Seen != CellSeen.NotApplicable)).OrderBy(row => ClaimTexts.Order(row.Key.Claim))
                       .Select(row => new ClaimRow(row.Key.Claim, row.Key.Aspect, [.. schemes.Select(s => row.FirstOrDefault(c => c.Scheme == s.Scheme))])),
               ]),
    ];
}

/// <summary>A row of a group's columns.</summary>
/// <param name="Claim">Short name of the claim: <c>DI</c>.</param>
/// <param name="Aspect">Part of the claim; empty if it has no parts.</param>
/// <param name="Cells">The cell of each of the group's schemes; null for one that was not part of the run.</param>
public sealed record ClaimRow(string Claim, string Aspect, IReadOnlyList<ClaimCell?> Cells)
{
    /// <summary>The row's head: <c>DI data integrity, wire</c>.</summary>
    public string Name => ClaimTexts.Name(Claim, Aspect);
}
