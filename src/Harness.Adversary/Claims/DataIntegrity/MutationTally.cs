namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>Outcomes of mutations.</summary>
internal sealed class MutationTally(byte[] genuine)
{
    private readonly Dictionary<MutationKind, (int Tried, int Accepted)> _kinds = [];
    private string _first = "";

    public int Accepted => _kinds.Values.Sum(k => k.Accepted);

    public void Add(MutationKind kind, ReadMessage read)
    {
        var (tried, accepted) = _kinds.GetValueOrDefault(kind);
        _kinds[kind] = (tried + 1, accepted + (read.Refusal is null ? 1 : 0));
        if (read.Plaintext is { } plaintext && _first.Length == 0)
        {
            _first = $"; the first by {kind}: {PayloadTraffic.Quote(genuine)} became {PayloadTraffic.Quote(plaintext.Span)}";
        }
    }

    /// <summary>For example <c>430 of 1000 mutations accepted: flip 170/200, ...</c>.</summary>
    public override string ToString()
    {
        var kinds = string.Join(", ", _kinds.OrderBy(k => k.Key).Select(k => $"{k.Key.ToString().ToLowerInvariant()} {k.Value.Accepted}/{k.Value.Tried}"));
        return $"{Accepted} of {_kinds.Values.Sum(k => k.Tried)} mutations accepted ({kinds}){_first}";
    }
}
