namespace Harness.Brokers.Audit;

/// <summary>The bounds of an active audit: the operator names all that it touches.</summary>
/// <param name="Clients">ClientIds whose sessions may be disturbed.</param>
/// <param name="Topics">Topics that whoever is tried must not use: without a user where the broker lets such in, else the operator's user.</param>
public sealed record ActiveScope(IReadOnlyList<string> Clients, IReadOnlyList<string> Topics)
{
    /// <summary>Wrong passwords in a row that are tried for the operator's user.</summary>
    public int Guesses { get; init; } = 10;

    /// <summary>Refused logins that are timed for each class of user names; 0 for none.</summary>
    public int Timing { get; init; }

    /// <summary>Mutated cases.</summary>
    public FuzzPlan Fuzz { get; init; } = new(1, 0, 0);
}
