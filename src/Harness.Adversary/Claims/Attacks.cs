using Harness.Adversary.Claims.Authorization;
using Harness.Adversary.Claims.DataConfidentiality;
using Harness.Adversary.Claims.DataIntegrity;
using Harness.Adversary.Claims.DataPrivacy;
using Harness.Adversary.Claims.ManInTheMiddle;
using Harness.Adversary.Claims.MutualAuthentication;
using Harness.Adversary.Claims.NonRepudiation;
using Harness.Adversary.Claims.OfflineGuessing;
using Harness.Adversary.Claims.Replay;
using Harness.Adversary.Claims.UserAnonymity;

namespace Harness.Adversary.Claims;

/// <summary>Every attack that decides a cell. A folder a claim, a list a folder.</summary>
public static class Attacks
{
    /// <summary>All, in the order of the tables.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        .. UserAnonymityAttacks.All,
        .. MutualAuthenticationAttacks.All,
        .. ManInTheMiddleAttacks.All,
        .. OfflineGuessingAttacks.All,
        .. ReplayAttacks.All,
        .. DataConfidentialityAttacks.All,
        .. DataPrivacyAttacks.All,
        .. DataIntegrityAttacks.All,
        .. AuthorizationAttacks.All,
        .. NonRepudiationAttacks.All,
    ];

    /// <summary>The attacks on a scheme that decide a cell.</summary>
    public static IReadOnlyList<Attack> On(string scheme, Cell cell) => [.. All.Where(a => a.Cell == cell && a.Schemes.Contains(scheme))];

    /// <summary>An attack or finding by its id.</summary>
    /// <exception cref="ArgumentException">None; the message names the nearest.</exception>
    public static Attack ById(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        IReadOnlyList<Attack> known = [.. All, .. Findings.Findings.All];
        return known.FirstOrDefault(a => a.Id == id) ?? throw new ArgumentException(
            $"no attack '{id}'; nearest: {string.Join(", ", known.OrderBy(a => Distance(a.Id, id)).Take(3))}", nameof(id));
    }

    // Levenshtein, two rows.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
