namespace Harness.Adversary;

/// <summary>Y and V_S of a broker that claims to be S and knows no W.</summary>
/// <remarks>A device that logs in there has not checked V_S.</remarks>
internal sealed class UnverifiedProof(string server)
{
    private readonly ConcurrentDictionary<RogueExchange, byte[]> _scalars = new(ReferenceEqualityComparer.Instance);

    public static bool Supports(string method) => AugPakeMethod.TryParse(method, out _, out _);

    /// <summary>Gets Y: all that an honest broker computes, from a made-up W.</summary>
    public byte[] Answer(RogueExchange exchange)
    {
        var (profile, group) = Of(exchange);
        var scalar = _scalars[exchange] = group.DrawScalar();
        using var honest = new AugPakeServer(group, profile, exchange.Client, server, Elements.Valid(group));
        return honest.RespondWithKnownScalar(exchange.X, scalar);
    }

    // The right hash (RFC 6628 section 2.2.2) over its own K = g^y, which is the client's K only if W is. Framed fields are left to an honest
    // library; there random bytes are as good a guess.
    public byte[] Prove(RogueExchange exchange)
    {
        var (profile, group) = Of(exchange);
        _scalars.TryRemove(exchange, out var scalar);
        byte[]? prefix = profile switch
        {
            AugPakeProfile.Rfc6628 => [3],
            AugPakeProfile.AsPublished => "03"u8.ToArray(),
            _ => null,
        };
        try
        {
            return prefix is null
                ? RandomNumberGenerator.GetBytes(32)
                : SHA256.HashData(
                    [.. prefix, .. Encoding.UTF8.GetBytes(exchange.Client), .. Encoding.UTF8.GetBytes(server), .. exchange.X, .. exchange.Y, .. group.PowerOfGenerator(scalar)]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    private static (AugPakeProfile Profile, AugPakeGroup Group) Of(RogueExchange exchange) => AugPakeMethod.TryParse(exchange.Method, out var profile, out var group)
        ? (profile, group)
        : throw new ArgumentException($"Method {exchange.Method} is not supported.", nameof(exchange));
}
