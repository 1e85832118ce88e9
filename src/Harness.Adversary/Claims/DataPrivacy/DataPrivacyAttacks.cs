namespace Harness.Adversary.Claims.DataPrivacy;

/// <summary>The attacks on this claim.</summary>
internal static class DataPrivacyAttacks
{
    public static IReadOnlyList<Attack> All { get; } = [new CuriousBroker()];
}
