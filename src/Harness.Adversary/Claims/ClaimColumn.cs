namespace Harness.Adversary.Claims;

/// <summary>The column of a scheme in the claims table: its paper's ticks, and the expectation of each cell by reasoning before anything ran.</summary>
/// <remarks>Each class derived from it is found by itself; its scheme is one that <see cref="SchemeNames"/> has.</remarks>
public abstract class ClaimColumn
{
    /// <summary>The scheme.</summary>
    public abstract string Scheme { get; }

    /// <summary>The row of Sahmi et al. 2021, table 3, transcribed: <c>+</c>, <c>-</c> or <c>.</c> for UA MA MITM OPG REPLAY DC DP DI A, and NR of their text.</summary>
    public virtual string PaperTicks => "..........";

    /// <summary>The cells that hold, by their names such as <c>DI wire</c>.</summary>
    public abstract IReadOnlyList<string> Holding { get; }

    /// <summary>The cells that an attack breaks. To a cell in neither list the scheme has nothing.</summary>
    public abstract IReadOnlyList<string> Broken { get; }

    /// <summary>Attacks that lose although another one breaks their cell.</summary>
    public virtual IReadOnlyList<string> LosingAttacks => [];
}
