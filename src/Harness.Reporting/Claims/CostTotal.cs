using Harness.Record;

namespace Harness.Reporting;

/// <summary>What all parties of one arrangement computed together, beside what the paper prints.</summary>
/// <param name="Scheme">The scheme.</param>
/// <param name="Label">How far what ran is the published text.</param>
/// <param name="Phases">The phases that were counted, in order.</param>
/// <param name="Hashes">T_h.</param>
/// <param name="Exponentiations">T_ex.</param>
/// <param name="Ciphers">T_ed.</param>
/// <param name="Formula">The paper's.</param>
public sealed record CostTotal(
    string Scheme, string Label, IReadOnlyList<string> Phases, long Hashes, long Exponentiations, long Ciphers, string Formula)
{
    /// <summary>One line each: the handshake of one device with the broker, then everything of all parties, per scheme and scenario.</summary>
    public static IReadOnlyList<CostTotal> Of(IEnumerable<CostCounted> costs)
    {
        var totals = new List<CostTotal>();
        foreach (var arrangement in costs.GroupBy(c => (c.Scheme, c.Scenario)))
        {
            totals.Add(Sum([.. arrangement]));
        }

        return [.. totals.Distinct(new SameNumbers())];
    }

    /// <summary><c>augmqtt (as described): 12 Th + 9 Tex + 4 Ted counted over ...; the paper prints 6 Th + 4 Tex + 4 Ted</c>.</summary>
    public string Sentence =>
        $"{ClaimWords.Scheme(Scheme, Label)}: {Hashes} Th + {Exponentiations} Tex + {Ciphers} Ted counted, all parties, {string.Join(", ", Phases)}; "
        + $"the paper prints {(Formula.Length > 0 ? Formula : "nothing")}";

    private static CostTotal Sum(List<CostCounted> all) => new(
        all[0].Scheme, all[0].Label, [.. all.Select(c => c.Phase).Distinct()], all.Sum(c => c.Hashes), all.Sum(c => c.Exponentiations),
        all.Sum(c => c.Ciphers), all[0].Formula);

    // Host and board count the same; the same sentence twice says nothing.
    private sealed class SameNumbers : IEqualityComparer<CostTotal>
    {
        public bool Equals(CostTotal? x, CostTotal? y) => x?.Sentence == y?.Sentence;

        public int GetHashCode(CostTotal obj) => obj.Sentence.GetHashCode(StringComparison.Ordinal);
    }
}
