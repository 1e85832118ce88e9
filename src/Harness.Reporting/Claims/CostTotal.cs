namespace Harness.Reporting.Claims;

/// <summary>A sum of operation counts over parties and phases, and the paper's own sum.</summary>
/// <param name="What">The parties and phases in the sum, in words.</param>
/// <param name="Scheme">The scheme.</param>
/// <param name="Label">Relation of what ran to the published text; empty for the published scheme itself.</param>
/// <param name="Hashes">Hash calls (the paper's T_h).</param>
/// <param name="Exponentiations">Exponentiations (the paper's T_ex).</param>
/// <param name="Ciphers">Encryptions and decryptions (the paper's T_ed).</param>
/// <param name="Formula">The paper's sum, whose parties and phases it does not state.</param>
public sealed record CostTotal(string What, string Scheme, string Label, long Hashes, long Exponentiations, long Ciphers, string Formula)
{
    /// <summary>Computes two sums for each scheme and scenario: one login of one device, and all operations of all parties. Equal sums are given once.</summary>
    public static IReadOnlyList<CostTotal> Of(IEnumerable<CostCounted> costs)
    {
        var totals = new List<CostTotal>();
        foreach (var arrangement in costs.GroupBy(c => (c.Scheme, c.Scenario)))
        {
            var all = arrangement.ToList();
            var login = all.Where(c => c.Phase == "handshake" && c.Party.EndsWith("publisher", StringComparison.Ordinal)).ToList();
            if (login.Count > 0)
            {
                totals.Add(Sum("one login, device and broker", login, all[0])); // none where logins were not counted by themselves
            }

            totals.Add(Sum("both logins, delivery and one message, all parties", [.. all.Where(c => c.Phase != "registration")], all[0]));
        }

        // Host and board have equal counts, so one sentence is enough.
        return [.. totals.DistinctBy(t => t.Sentence)];
    }

    /// <summary>
    /// The sum in one sentence: <c>augmqtt (as described), one login, device and broker: 8 Th + 6 Tex + 0 Ted; the paper prints 6 Th + 4 Tex + 4
    /// Ted</c>.
    /// </summary>
    public string Sentence =>
        $"{ClaimTexts.Scheme(Scheme, Label)}, {What}: {Hashes} Th + {Exponentiations} Tex + {Ciphers} Ted; "
        + $"the paper prints {(Formula.Length > 0 ? Formula : "nothing")}";

    private static CostTotal Sum(string what, List<CostCounted> parts, CostCounted of) => new(
        what, of.Scheme, of.Label, parts.Sum(c => c.Hashes), parts.Sum(c => c.Exponentiations), parts.Sum(c => c.Ciphers), of.Formula);
}
