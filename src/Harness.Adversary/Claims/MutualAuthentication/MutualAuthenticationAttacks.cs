namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>The attacks on this claim.</summary>
internal static class MutualAuthenticationAttacks
{
    public static IReadOnlyList<Attack> All { get; } = [];
}
