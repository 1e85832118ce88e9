namespace Harness.Adversary.Claims.Authorization;

/// <summary>The attacks on this claim.</summary>
internal static class AuthorizationAttacks
{
    public static IReadOnlyList<Attack> All { get; } =
    [
        new PublishWithoutGrant(), new ReadWithoutGrant(), new ReadByUnrolling(), new RevokedReader(), new RevokedPublisher(), new LeakedToken(),
    ];
}
