using Harness.Adversary.Claims.Hands;
using Harness.Adversary.Claims.MutualAuthentication;
using Harness.Schemes;
using Harness.Sessions;
using Harness.Sessions.Accounts;

namespace Harness.Adversary.Claims.Findings;

/// <summary>(C, W) of a registration lets whoever hears it be the broker.</summary>
internal sealed class SniffedRegistrationFinding : Finding
{
    private readonly SniffedRegistration _attack = new();

    public override AttackCard Card => _attack.Card with { Id = "finding-sniffed-registration-plays-the-broker" };

    public override string Repair => "enrol by a file that the operator carries: the broker takes no registration over MQTT";

    public override GroundOptions Prepare(GroundOptions options) => _attack.Prepare(options);

    public override Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken) => _attack.RunAsync(ground, cancellationToken);

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        _attack.RunControlAsync(grounds, cancellationToken);

    public override Task<AttackResult> RunRepairedAsync(Grounds grounds, CancellationToken cancellationToken) => grounds.UseAsync(
        options => options.WithBroker(b => b with { AsPublishedRegistration = false, AllowAnonymous = false }),
        async ground =>
        {
            await ground.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
            await ground.Publisher.LogOutAsync().ConfigureAwait(false);
            if (Registration.Sniff(ground.Tap) is [var (client, verifier), ..])
            {
                return await SniffedRegistration.ImpersonateAsync(new GroundPlace(ground), client, verifier, cancellationToken).ConfigureAwait(false);
            }

            try
            {
                // The adversary cannot make the device's registration happen either.
                await WireRegistration.RunAsync(new HostParty("rogue"), ground.SessionOptions(ground.Publisher.Identity, null), cancellationToken).ConfigureAwait(false);
                return AttackResult.Win("the broker took a registration over MQTT");
            }
            catch (SessionRefusedException e)
            {
                return AttackResult.Loss($"a whole login at the tap and no W in it; a registration is refused with 0x{(byte)e.Reason:X2}");
            }
        },
        cancellationToken);
}
