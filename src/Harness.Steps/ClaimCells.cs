namespace Harness.Steps;

/// <summary>Statement of a cell before any attack runs, as the record keeps it.</summary>
public static class ClaimCells
{
    // These cells are about AugPAKE, whose text is public (RFC 6628), whatever the scheme does after it.
    private static readonly HashSet<Cell> Handshake =
    [
        new(Claim.MutualAuthentication), new(Claim.ManInTheMiddle, "handshake"), new(Claim.OfflineGuessing, "handshake"), new(Claim.Replay, "handshake"),
    ];

    /// <summary>Gets the paper's statement on a cell and the expectation, with the attacks that are to decide it.</summary>
    public static CellStated Stated(string scheme, Cell cell, IReadOnlyList<string> attacks) => new()
    {
        Scheme = scheme,
        Label = SchemeNames.Label(scheme),
        Claim = ClaimNames.Word(cell.Claim),
        Aspect = cell.Aspect,
        Paper = ClaimTable.PaperTick(scheme, cell),
        Expected = Word(ClaimTable.Expected(scheme, cell)),
        OwnReading = IsOwnReading(scheme, cell),
        Attacks = attacks,
        Known = Attacks.On(scheme, cell).Count,
    };

    /// <summary>The statement of a cell that attacks of one plugin decide.</summary>
    /// <param name="scheme">The scheme.</param>
    /// <param name="attacks">Attacks of one plugin on one cell, at least one.</param>
    public static CellStated Stated(string scheme, IReadOnlyList<Attack> attacks)
    {
        ArgumentNullException.ThrowIfNull(attacks);
        var (plugin, cell) = (attacks[0].Plugin, attacks[0].Cell);
        var expected = attacks.Select(a => ClaimTable.Expected(scheme, a)).ToList();
        return new CellStated
        {
            Plugin = plugin,
            Scheme = scheme,
            Label = SchemeNames.Label(scheme),
            Claim = ClaimNames.Word(cell.Claim),
            Aspect = cell.Aspect,
            Paper = ClaimTable.PaperTick(scheme, cell),
            Expected = Word(expected.Contains(Expectation.Broken) ? Expectation.Broken : expected[0]),
            OwnReading = IsOwnReading(scheme, cell),
            Attacks = [.. attacks.Select(a => a.Id)],
            Known = Attacks.OfPlugins.Count(a => a is not Finding && a.Plugin == plugin && a.Cell == cell && a.Schemes.Contains(scheme)),
        };
    }

    /// <summary>True where the cell is decided by our own reading of a scheme whose full text was not at hand.</summary>
    public static bool IsOwnReading(string scheme, Cell cell) =>
        SchemeNames.OfPapers.Contains(scheme) && SchemeNames.Label(scheme).Length > 0 && !(SchemeNames.OfAugPake.Contains(scheme) && Handshake.Contains(cell));

    /// <summary>Gets the columns of the table that the schemes are.</summary>
    public static IEnumerable<SchemeStated> Stated(IEnumerable<string> schemes) => SchemeNames.All.Intersect(schemes).Select(SchemeNames.Find)
        .Select(s => new SchemeStated { Scheme = s.Name, Label = s.Label, Group = s.Group, Choose = s.Choose });

    /// <summary>A scheme as it is printed: with how far what runs is the published text.</summary>
    public static string Label(string scheme) => SchemeNames.Label(scheme) is { Length: > 0 } label ? $"{scheme} ({label})" : scheme;

    /// <summary>An expectation as records and reports spell it.</summary>
    public static string Word(Expectation expectation) => expectation switch
    {
        Expectation.Holds => "holds",
        Expectation.Broken => "broken",
        _ => "not-applicable",
    };
}
