namespace Harness.Adversary.Claims.OfflineGuessing;

/// <summary>The attacks on this claim.</summary>
internal static class OfflineGuessingAttacks
{
    public static IReadOnlyList<Attack> All { get; } = [];
}
