namespace Harness.Adversary.Claims.OfflineGuessing;

/// <summary>The attacks on this claim.</summary>
internal static class OfflineGuessingAttacks
{
    public static IReadOnlyList<Attack> All { get; } =
    [
        new CapturedHandshake(),
        new CapturedRegistration(),
        new StolenVerifier(),
        new OneRunAsClient(),
        new OneRunAsBroker(),
        new VerifierFromSmoothX(),
    ];
}
