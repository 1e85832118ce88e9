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

/// <summary>The paper's statement on each claim, and the expectation of each cell by reasoning before anything ran.</summary>
public static class ClaimTable
{
    // Sahmi et al. 2021, table 3, transcribed: UA MA MITM OPG Replay DC DP DI A. Their text claims NR for MQTT-PRESENT; no table ticks it.
    private static readonly Dictionary<string, string> Paper = new()
    {
        [SchemeNames.AugMqtt] = "-+---+-++",
        [SchemeNames.MqttAuth] = "++++++--+",
        [SchemeNames.MqttPresent] = "++++++++-",
        // Ours stands in no paper's table.
        [SchemeNames.Hardened] = ".........",
    };

    // h holds, b broken, . not applicable: mqtt-present, augmqtt, mqtt-auth, hardened.
    private static readonly (Claim Claim, string Aspect, string Expected)[] Rows =
    [
        (Claim.UserAnonymity, "", "bbbh"),
        (Claim.MutualAuthentication, "", "hhhh"),
        (Claim.MutualAuthentication, "registration", "b..."),
        (Claim.ManInTheMiddle, "handshake", "hhhh"),
        (Claim.ManInTheMiddle, "data", "bhhh"),
        (Claim.ManInTheMiddle, "registration", "b..."),
        (Claim.OfflineGuessing, "handshake", "hhhh"),
        (Claim.OfflineGuessing, "registration", "b..."),
        (Claim.Replay, "handshake", "hhhh"),
        (Claim.Replay, "session", "bhhh"),
        (Claim.Replay, "sessions", "hhhh"),
        (Claim.Replay, "wrap", "b..h"),
        (Claim.DataConfidentiality, "", "bhhh"),
        (Claim.DataPrivacy, "", "bbbh"),
        (Claim.DataIntegrity, "wire", "bhhh"),
        (Claim.DataIntegrity, "broker", "bbbh"),
        (Claim.DataIntegrity, "insider", "bbhh"),
        (Claim.Authorization, "grant", "bbhh"),
        (Claim.Authorization, "revoked", "..hh"),
        (Claim.Authorization, "leaked", "..b."),
        (Claim.NonRepudiation, "", "bbbh"),
    ];

    // Attacks that lose although another one breaks their cell.
    private static readonly HashSet<(string Scheme, string Attack)> Losing =
    [
        (SchemeNames.MqttPresent, "a-read-without-grant"),
        (SchemeNames.MqttPresent, "dc-keystream-reuse"),
        (SchemeNames.MqttPresent, "dc-plaintext-on-the-wire"),
    ];

    /// <summary>Every cell, in the order of the tables.</summary>
    public static IReadOnlyList<Cell> Cells { get; } = [.. Rows.Select(r => new Cell(r.Claim, r.Aspect))];

    /// <summary>True where the paper ticks a claim for a scheme (Sahmi et al. 2021, table 3).</summary>
    /// <returns>Null where it says nothing.</returns>
    /// <exception cref="ArgumentException">No such scheme.</exception>
    public static bool? PaperTick(string scheme, Claim claim)
    {
        Column(scheme);
        return claim == Claim.NonRepudiation ? (scheme == SchemeNames.MqttPresent ? true : null) : Paper[scheme][(int)claim] switch { '+' => true, '-' => false, _ => null };
    }

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
        return attack is Finding || (Expected(scheme, attack) == Expectation.Broken && !Losing.Contains((scheme, attack.Id)));
    }

    private static Expectation? Find(string scheme, Cell cell)
    {
        var column = Column(scheme);
        foreach (var (claim, aspect, expected) in Rows)
        {
            if (claim == cell.Claim && aspect == cell.Aspect)
            {
                return expected[column] switch { 'h' => Expectation.Holds, 'b' => Expectation.Broken, _ => Expectation.NotApplicable };
            }
        }

        return null;
    }

    private static int Column(string scheme) => scheme switch
    {
        SchemeNames.MqttPresent => 0,
        SchemeNames.AugMqtt => 1,
        SchemeNames.MqttAuth => 2,
        SchemeNames.Hardened => 3,
        _ => throw new ArgumentException($"no scheme '{scheme}'; known: {string.Join(", ", SchemeNames.All)}", nameof(scheme)),
    };
}
