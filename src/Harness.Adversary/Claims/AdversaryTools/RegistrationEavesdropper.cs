namespace Harness.Adversary.Claims.AdversaryTools;

/// <summary>An attack that begins with (C, W) heard at the device's registration; its control takes W from the account file.</summary>
internal abstract class RegistrationEavesdropper : Attack
{
    /// <summary>The control, in words.</summary>
    protected const string FromTheAccountFile = "the account file itself in the adversary's hands";

    public sealed override AttackTestbedOptions Prepare(AttackTestbedOptions options) => Registration.Prepare(options);

    public sealed override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(testbed);
        await Registration.SendAsync(testbed, cancellationToken).ConfigureAwait(false);
        return Registration.Sniff(testbed.Tap) is [var (client, verifier), ..]
            ? await UseAsync(new SchemeHandshakeTarget(testbed), client, verifier, "W of the registration", cancellationToken).ConfigureAwait(false)
            : AttackResult.Loss("no registration came by the tap");
    }

    public sealed override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => controls.UseAsync(
        null,
        testbed =>
        {
            var target = new SchemeHandshakeTarget(testbed);
            return UseAsync(target, target.Client, target.StolenVerifier.ToArray(), "W of the account file", cancellationToken);
        },
        cancellationToken);

    /// <summary>Use of W.</summary>
    /// <param name="target">The handshake that the device runs.</param>
    /// <param name="client">C.</param>
    /// <param name="verifier">W.</param>
    /// <param name="how">Source of W, for evidence.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    protected abstract Task<AttackResult> UseAsync(HandshakeTarget target, string client, byte[] verifier, string how, CancellationToken cancellationToken);
}
