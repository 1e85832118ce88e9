using Harness.Record;

namespace Harness.Reporting;

/// <summary>A sum over parties and phases, beside what the paper prints.</summary>
/// <param name="What">What was summed up.</param>
/// <param name="Scheme">The scheme.</param>
/// <param name="Label">How far what ran is the published text.</param>
/// <param name="Hashes">T_h.</param>
/// <param name="Exponentiations">T_ex.</param>
/// <param name="Ciphers">T_ed.</param>
/// <param name="Formula">The paper's, which does not say what it sums up.</param>
public sealed record CostTotal(string What, string Scheme, string Label, long Hashes, long Exponentiations, long Ciphers, string Formula)
{
    /// <summary>Two sums a scheme and scenario: one login of one device, and everything of all parties; equal ones once.</summary>
    public static IReadOnlyList<CostTotal> Of(IEnumerable<CostCounted> costs)
    {
        var totals = new List<CostTotal>();
        foreach (var arrangement in costs.GroupBy(c => (c.Scheme, c.Scenario)))
        {
            var all = arrangement.ToList();
            totals.Add(Sum("one login, device and broker", [.. all.Where(c => c.Phase == "handshake" && c.Party.EndsWith("publisher", StringComparison.Ordinal))], all[0]));
            totals.Add(Sum("both logins, delivery and one message, all parties", [.. all.Where(c => c.Phase != "registration")], all[0]));
        }

        // Host and board count the same; the same sentence twice says nothing.
        return [.. totals.DistinctBy(t => t.Sentence)];
    }

    /// <summary><c>augmqtt (as described), one login, device and broker: 8 Th + 6 Tex + 0 Ted; the paper prints 6 Th + 4 Tex + 4 Ted</c>.</summary>
    public string Sentence =>
        $"{ClaimWords.Scheme(Scheme, Label)}, {What}: {Hashes} Th + {Exponentiations} Tex + {Ciphers} Ted; "
        + $"the paper prints {(Formula.Length > 0 ? Formula : "nothing")}";

    private static CostTotal Sum(string what, List<CostCounted> parts, CostCounted of) => new(
        what, of.Scheme, of.Label, parts.Sum(c => c.Hashes), parts.Sum(c => c.Exponentiations), parts.Sum(c => c.Ciphers), of.Formula);
}
