namespace Harness.Adversary.Claims.UserAnonymity;

/// <summary>The attacks on this claim.</summary>
internal static class UserAnonymityAttacks
{
    public static IReadOnlyList<Attack> All { get; } = [];
}
