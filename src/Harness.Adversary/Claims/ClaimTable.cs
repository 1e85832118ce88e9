namespace Harness.Adversary.Claims;

/// <summary>Expectation of a cell.</summary>
public enum Expectation
{
    /// <summary>No attack wins.</summary>
    Holds,

    /// <summary>An attack wins.</summary>
    Broken,

    /// <summary>The scheme has nothing that the cell is about.</summary>
    NotApplicable,
}

/// <summary>The claims table: its rows, and its columns (<see cref="ClaimColumn"/>) as the classes derived from that declare them.</summary>
public static class ClaimTable
{
    // The order of the rows; a column says of each of them what it expects.
    private static readonly (Claim Claim, string[] Aspects)[] Rows =
    [
        (Claim.UserAnonymity, [""]),
        (Claim.MutualAuthentication, ["", "registration"]),
        (Claim.ManInTheMiddle, ["handshake", "data", "registration"]),
        (Claim.OfflineGuessing, ["handshake", "registration"]),
        (Claim.Replay, ["handshake", "session", "sessions", "wrap"]),
        (Claim.DataConfidentiality, [""]),
        (Claim.DataPrivacy, [""]),
        (Claim.DataIntegrity, ["wire", "broker", "insider"]),
        (Claim.Authorization, ["grant", "revoked", "leaked"]),
        (Claim.NonRepudiation, [""]),
    ];

    private static readonly Dictionary<string, ClaimColumn> Columns = typeof(ClaimColumn).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(ClaimColumn)) && !t.IsAbstract).Select(t => (ClaimColumn)Activator.CreateInstance(t, nonPublic: true)!).ToDictionary(c => c.Scheme);

    /// <summary>Every cell, in the order of the tables.</summary>
    public static IReadOnlyList<Cell> Cells { get; } = [.. Rows.SelectMany(r => r.Aspects.Select(aspect => new Cell(r.Claim, aspect)))];

    /// <summary>True where the paper ticks a claim for a scheme (Sahmi et al. 2021, table 3; non-repudiation is of its text).</summary>
    /// <returns>Null where it says nothing.</returns>
    /// <exception cref="ArgumentException">No such scheme.</exception>
    public static bool? PaperTick(string scheme, Claim claim) => Column(scheme).PaperTicks[(int)claim] switch { '+' => true, '-' => false, _ => null };

    /// <summary>True where the paper ticks the claim of a cell. The paper's adversary is nobody who was let in: of a row about insiders it says nothing.</summary>
    /// <inheritdoc cref="PaperTick(string, Claim)" path="/returns"/>
    /// <exception cref="ArgumentException">No such scheme.</exception>
    public static bool? PaperTick(string scheme, Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return cell.Aspect == "insider" ? null : PaperTick(scheme, cell.Claim);
    }

    /// <summary>Expectation of a cell.</summary>
    /// <exception cref="ArgumentException">No such scheme or cell.</exception>
    public static Expectation Expected(string scheme, Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return Find(scheme, cell) ?? throw new ArgumentException($"no cell '{cell}'; known: {string.Join(", ", Cells)}", nameof(cell));
    }

    /// <summary>The expectation for the cell that an attack decides: the table's, but for an attack of a lab's own, which may say it and may bring a cell.</summary>
    /// <exception cref="ArgumentException">No such scheme, or no such cell.</exception>
    public static Expectation Expected(string scheme, Attack attack)
    {
        ArgumentNullException.ThrowIfNull(attack);
        return attack.Plugin is null ? Expected(scheme, attack.Cell) : attack.Description.Expected ?? Find(scheme, attack.Cell) ?? Expectation.Holds;
    }

    /// <summary>The expected end of one attack: it loses where its cell holds, and wins where its cell is broken, but for those that another attack breaks.</summary>
    /// <returns>True where it is to win; a finding always is.</returns>
    /// <exception cref="ArgumentException">No such scheme or cell.</exception>
    public static bool IsExpectedToWin(string scheme, Attack attack)
    {
        ArgumentNullException.ThrowIfNull(attack);
        return attack is Finding || (Expected(scheme, attack) == Expectation.Broken && !Column(scheme).LosingAttacks.Contains(attack.Id));
    }

    /// <summary>The column of a scheme.</summary>
    /// <exception cref="ArgumentException">No such scheme.</exception>
    public static ClaimColumn Column(string scheme) => Columns.TryGetValue(scheme, out var column)
        ? column
        : throw new ArgumentException($"no scheme '{scheme}'; known: {string.Join(", ", SchemeNames.All)}", nameof(scheme));

    private static Expectation? Find(string scheme, Cell cell)
    {
        var column = Column(scheme);
        return !Cells.Contains(cell) ? null
            : column.Broken.Contains(cell.ToString()) ? Expectation.Broken
            : column.Holding.Contains(cell.ToString()) ? Expectation.Holds : Expectation.NotApplicable;
    }
}
