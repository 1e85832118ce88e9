using Harness.Adversary.Claims.Hands;
using Harness.Adversary.Claims.Weak;
using Harness.Crypto;

namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>An attack on the handshake alone: the same on a scheme's ground and on a toy with a weakness.</summary>
internal abstract class HandshakeAttack : Attack
{
    /// <summary>What the control's toy leaves out.</summary>
    protected virtual Weakness Weakness => Weakness.None;

    /// <summary>The control's group; null for the rig's.</summary>
    protected virtual AugPakeGroup? WeakGroup => null;

    public sealed override Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken) =>
        AttackAsync(new GroundPlace(ground), cancellationToken);

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakPlace.UseAsync(grounds, Weakness, WeakGroup, place => AttackAsync(place, cancellationToken), cancellationToken);

    /// <summary>The attack itself.</summary>
    internal abstract Task<AttackResult> AttackAsync(Place place, CancellationToken cancellationToken);

    /// <summary>The hash that a rogue end makes where it believes in a K.</summary>
    internal static byte[] ServerProof(Place place, RogueExchange exchange, ReadOnlySpan<byte> k) => place.Transcript.ServerAuthenticator(exchange.X, exchange.Y, k);
}
