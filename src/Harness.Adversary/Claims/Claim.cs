namespace Harness.Adversary.Claims;

/// <summary>A security property that the papers tick (Sahmi et al. 2021, table 3), and non-repudiation, which their text claims.</summary>
public enum Claim
{
    /// <summary>UA: an eavesdropper cannot tell that two sessions are of one client.</summary>
    UserAnonymity,

    /// <summary>MA: only who holds the password (W at the broker) gets in, and both ends know it.</summary>
    MutualAuthentication,

    /// <summary>MITM: nothing substituted on the way is taken for the real one.</summary>
    ManInTheMiddle,

    /// <summary>OPG: nothing seen lets a password be guessed without asking anybody.</summary>
    OfflineGuessing,

    /// <summary>Replay: what was taken once is not taken again.</summary>
    Replay,

    /// <summary>DC: payloads cannot be read or recognised on the wire.</summary>
    DataConfidentiality,

    /// <summary>DP: the broker cannot read payloads.</summary>
    DataPrivacy,

    /// <summary>DI: an altered payload is not taken.</summary>
    DataIntegrity,

    /// <summary>A: who has no grant neither publishes nor reads.</summary>
    Authorization,

    /// <summary>NR: a subscriber cannot make what counts as the publisher's message.</summary>
    NonRepudiation,
}

/// <summary>Row of a claims table: a claim and, where its definition names parts, one of them.</summary>
/// <param name="Claim">The claim.</param>
/// <param name="Aspect">The part, for example <c>handshake</c> or <c>wire</c>; empty for the claim as such.</param>
public sealed record Cell(Claim Claim, string Aspect = "")
{
    /// <summary>For example <c>DI wire</c>.</summary>
    public override string ToString() => Aspect.Length == 0 ? ClaimNames.Word(Claim) : $"{ClaimNames.Word(Claim)} {Aspect}";
}

/// <summary>The claims by the abbreviations of tables, tags and features.</summary>
public static class ClaimNames
{
    private static readonly (Claim Claim, string Word, string Name)[] Words =
    [
        (Claim.UserAnonymity, "UA", "user anonymity"),
        (Claim.MutualAuthentication, "MA", "mutual authentication"),
        (Claim.ManInTheMiddle, "MITM", "man in the middle"),
        (Claim.OfflineGuessing, "OPG", "offline password guessing"),
        (Claim.Replay, "REPLAY", "replay"),
        (Claim.DataConfidentiality, "DC", "data confidentiality"),
        (Claim.DataPrivacy, "DP", "data privacy"),
        (Claim.DataIntegrity, "DI", "data integrity"),
        (Claim.Authorization, "A", "authorization"),
        (Claim.NonRepudiation, "NR", "non-repudiation"),
    ];

    /// <summary>Every claim, in the order of the tables.</summary>
    public static IReadOnlyList<Claim> All { get; } = [.. Words.Select(w => w.Claim)];

    /// <summary>The abbreviation.</summary>
    public static string Word(Claim claim) => Find(claim).Word;

    /// <summary>The claim of an abbreviation, whatever its case.</summary>
    /// <exception cref="ArgumentException">No such claim.</exception>
    public static Claim Parse(string word)
    {
        foreach (var (claim, known, _) in Words)
        {
            if (string.Equals(known, word, StringComparison.OrdinalIgnoreCase))
            {
                return claim;
            }
        }

        throw new ArgumentException($"no claim '{word}'; known: {string.Join(", ", Words.Select(w => w.Word))}", nameof(word));
    }

    private static (Claim Claim, string Word, string Name) Find(Claim claim) => Words.First(w => w.Claim == claim);
}
