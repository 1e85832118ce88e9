namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>The attacks on this claim.</summary>
internal static class MutualAuthenticationAttacks
{
    public static IReadOnlyList<Attack> All { get; } =
    [
        new WrongPassword(),
        new WrongVerifier(),
        new TamperedClientProof(),
        new TamperedServerProof(),
        new ReflectedProof(),
        new CrossedSessions(),
        new UnequalKeys(),
        new SmallOrderY(),
        new SmoothOrderX(),
        new SniffedRegistration(),
    ];
}
