namespace Harness.Adversary.Claims.Hands;

/// <summary>An attack that begins with (C, W) heard at the device's registration; its control takes W from the account file.</summary>
internal abstract class RegistrationEavesdropper : Attack
{
    /// <summary>The control, in words.</summary>
    protected const string FromTheAccountFile = "the account file itself in the adversary's hands";

    public sealed override GroundOptions Prepare(GroundOptions options) => Registration.Prepare(options);

    public sealed override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ground);
        await Registration.SendAsync(ground, cancellationToken).ConfigureAwait(false);
        return Registration.Sniff(ground.Tap) is [var (client, verifier), ..]
            ? await UseAsync(new GroundPlace(ground), client, verifier, "W of the registration", cancellationToken).ConfigureAwait(false)
            : AttackResult.Loss("no registration came by the tap");
    }

    public sealed override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) => grounds.UseAsync(
        null,
        ground =>
        {
            var place = new GroundPlace(ground);
            return UseAsync(place, place.Client, place.StolenVerifier.ToArray(), "W of the account file", cancellationToken);
        },
        cancellationToken);

    /// <summary>What is done with W.</summary>
    /// <param name="place">Where the device logs in.</param>
    /// <param name="client">C.</param>
    /// <param name="verifier">W.</param>
    /// <param name="how">Where W is from, for evidence.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    protected abstract Task<AttackResult> UseAsync(Place place, string client, byte[] verifier, string how, CancellationToken cancellationToken);
}
