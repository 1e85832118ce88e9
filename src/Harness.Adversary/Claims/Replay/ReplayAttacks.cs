namespace Harness.Adversary.Claims.Replay;

/// <summary>The attacks on this claim.</summary>
internal static class ReplayAttacks
{
    public static IReadOnlyList<Attack> All { get; } =
    [
        new ClientLoginReplay(), new BrokerLoginReplay(), new SessionReplay(), new LaterReplay(), new CrossSessionReplay(), new KeyWrapReplay(),
    ];
}
