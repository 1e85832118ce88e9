namespace Harness.Adversary.Claims.ManInTheMiddle;

/// <summary>The attacks on this claim.</summary>
internal static class ManInTheMiddleAttacks
{
    public static IReadOnlyList<Attack> All { get; } =
        [new TwoHandshakes(), new SubstitutedFields(), new SubstitutedPayload(), new SubstitutedRegistration()];
}
