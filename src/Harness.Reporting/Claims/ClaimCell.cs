using Harness.Record;

namespace Harness.Reporting;

/// <summary>What the attacks on a cell came to.</summary>
public enum CellSeen
{
    /// <summary>Every attack lost, and every one won on its weak setting.</summary>
    Holds,

    /// <summary>An attack won.</summary>
    Broken,

    /// <summary>None won, and a control lost, something could not tell, or an attack that was to run never ended.</summary>
    Inconclusive,

    /// <summary>No attack of it ran.</summary>
    NotRun,

    /// <summary>The scheme has nothing that could be attacked there.</summary>
    NotApplicable,
}

/// <summary>A claim for one scheme, with the attacks that decide it.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Label">How far what ran is the published text; empty where it is.</param>
/// <param name="Claim">The claim by its word: <c>DI</c>.</param>
/// <param name="Aspect">What of the claim; empty where it has no parts.</param>
/// <param name="Paper">The paper's tick; null where it says nothing.</param>
/// <param name="Expected"><c>holds</c>, <c>broken</c> or <c>not-applicable</c>.</param>
/// <param name="OwnReading">Whether the cell rests on our reading of the scheme.</param>
/// <param name="Attacks">The attacks that ended, in order.</param>
/// <param name="Missing">Attacks that the run set out with and that never ended.</param>
/// <param name="Known">How many attacks on the cell there are.</param>
public sealed record ClaimCell(
    string Scheme, string Label, string Claim, string Aspect, bool? Paper, string Expected, bool OwnReading, IReadOnlyList<AttackEnded> Attacks,
    IReadOnlyList<string> Missing, int Known)
{
    /// <summary>What was seen. One attack that wins breaks the cell, whatever the others could not tell.</summary>
    public CellSeen Seen =>
        Attacks.Any(a => a.Won == true) ? CellSeen.Broken
        : Attacks.Count == 0 ? Missing.Count == 0 && Expected == "not-applicable" ? CellSeen.NotApplicable : CellSeen.NotRun
        : Missing.Count == 0 && Attacks.All(a => a is { Won: false, ControlWon: true }) ? CellSeen.Holds
        : CellSeen.Inconclusive;

    /// <summary>Whether it was decided, and as expected.</summary>
    public bool AsExpected => Seen switch
    {
        CellSeen.Holds => Expected == "holds",
        CellSeen.Broken => Expected == "broken",
        CellSeen.NotApplicable => true,
        _ => false,
    };

    /// <summary>Whether it was decided, and not as expected.</summary>
    public bool Differs => Seen is CellSeen.Holds or CellSeen.Broken && !AsExpected;

    /// <summary>Whether it was not decided.</summary>
    public bool IsOpen => Seen is CellSeen.Inconclusive or CellSeen.NotRun;
}
