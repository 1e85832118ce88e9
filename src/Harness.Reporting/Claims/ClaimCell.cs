namespace Harness.Reporting.Claims;

/// <summary>The result of the attacks on a cell.</summary>
public enum CellSeen
{
    /// <summary>Every attack failed, and every one succeeded against its positive control.</summary>
    Holds,

    /// <summary>An attack succeeded.</summary>
    Broken,

    /// <summary>No attack succeeded, but a positive control failed, an attack was undecided, or one never ended.</summary>
    Inconclusive,

    /// <summary>No attack on the cell ran.</summary>
    NotRun,

    /// <summary>The scheme has nothing to attack there.</summary>
    NotApplicable,
}

/// <summary>A claim about one scheme, with the attacks that decide it.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Label">Relation of what ran to the published text, such as "as described"; empty for the published scheme itself.</param>
/// <param name="Claim">Short name of the claim: <c>DI</c>.</param>
/// <param name="Aspect">Part of the claim; empty if it has no parts.</param>
/// <param name="Paper">True if the paper states the claim, false if it denies it; null if it says nothing.</param>
/// <param name="Expected"><c>holds</c>, <c>broken</c> or <c>not-applicable</c>.</param>
/// <param name="OwnReading">True if the cell rests on this project's reading of the scheme.</param>
/// <param name="Attacks">The attacks that ended, in order.</param>
/// <param name="Missing">Attacks that were to run and never ended.</param>
/// <param name="Known">The number of known attacks on the cell.</param>
/// <param name="Plugin">The plugin whose attacks decide it; null for a cell of the papers' table.</param>
public sealed record ClaimCell(
    string Scheme, string Label, string Claim, string Aspect, bool? Paper, string Expected, bool OwnReading, IReadOnlyList<AttackEnded> Attacks,
    IReadOnlyList<string> Missing, int Known, string? Plugin = null)
{
    /// <summary>The result of the attacks. One attack that succeeds breaks the cell, whatever the others left undecided.</summary>
    public CellSeen Seen =>
        Attacks.Any(a => a.Won == true) ? CellSeen.Broken
        : Attacks.Count == 0 ? Missing.Count == 0 && Expected == "not-applicable" ? CellSeen.NotApplicable : CellSeen.NotRun
        : Missing.Count == 0 && Attacks.All(a => a is { Won: false, ControlWon: true }) ? CellSeen.Holds
        : CellSeen.Inconclusive;

    /// <summary>True if the cell was decided, and as expected.</summary>
    public bool AsExpected => Seen switch
    {
        CellSeen.Holds => Expected == "holds",
        CellSeen.Broken => Expected == "broken",
        CellSeen.NotApplicable => true,
        _ => false,
    };

    /// <summary>True if the cell was decided, and not as expected.</summary>
    public bool Differs => Seen is CellSeen.Holds or CellSeen.Broken && !AsExpected;

    /// <summary>True if the cell was not decided.</summary>
    public bool IsOpen => Seen is CellSeen.Inconclusive or CellSeen.NotRun;
}
