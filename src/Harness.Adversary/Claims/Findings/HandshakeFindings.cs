namespace Harness.Adversary.Claims.Findings;

/// <summary>Findings about registration and handshake.</summary>
internal static class HandshakeFindings
{
    public static IReadOnlyList<Finding> All { get; } =
        [new SniffedRegistrationFinding(), new NamesRunTogether(), new NoLockout(), new UserEnumeration(), new IdentitiesInClear()];
}
