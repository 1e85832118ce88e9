namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>An attack on the handshake alone: the same on a scheme's testbed and on a toy with a weakness.</summary>
internal abstract class HandshakeAttack : Attack
{
    /// <summary>Checks that the positive control leaves out.</summary>
    protected virtual Weakness Weakness => Weakness.None;

    /// <summary>The control's group; null for the rig's.</summary>
    protected virtual AugPakeGroup? WeakGroup => null;

    public sealed override Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken) =>
        AttackAsync(new SchemeHandshakeTarget(testbed), cancellationToken);

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        WeakenedHandshakeTarget.UseAsync(controls, Weakness, WeakGroup, target => AttackAsync(target, cancellationToken), cancellationToken);

    /// <summary>The attack itself.</summary>
    internal abstract Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken);

    /// <summary>The hash that a rogue end makes where it believes in a K.</summary>
    internal static byte[] ServerProof(HandshakeTarget target, RogueExchange exchange, ReadOnlySpan<byte> k) => target.TranscriptOf(exchange.Client).ServerAuthenticator(exchange.X, exchange.Y, k);
}
