namespace Harness.Adversary.Claims.Findings;

/// <summary>(C, W) of a registration lets whoever hears it be the broker.</summary>
[Attack("finding-sniffed-registration-plays-the-broker", Order = 1)]
internal sealed class SniffedRegistrationFinding : Finding
{
    private readonly SniffedRegistration _attack = new();

    public override AttackDescription Description => _attack.Description;

    public override string Repair => "enrol by a file that the operator carries: the broker takes no registration over MQTT";

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) => _attack.Prepare(options);

    public override Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken) => _attack.RunAsync(testbed, cancellationToken);

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        _attack.RunPositiveControlAsync(controls, cancellationToken);

    public override Task<AttackResult> RunRepairedAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => controls.UseAsync(
        options => options.WithBroker(b => b with { AsPublishedRegistration = false, AllowAnonymous = false }),
        async testbed =>
        {
            await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
            await testbed.Publisher.LogOutAsync().ConfigureAwait(false);
            if (Registration.Sniff(testbed.Tap) is [var (client, verifier), ..])
            {
                return await SniffedRegistration.ImpersonateAsync(new SchemeHandshakeTarget(testbed), client, verifier, cancellationToken).ConfigureAwait(false);
            }

            try
            {
                // The adversary cannot make the device's registration happen either.
                await WireRegistration.RunAsync(new HostParty("rogue"), testbed.SessionOptions(testbed.Publisher.Identity, null), cancellationToken).ConfigureAwait(false);
                return AttackResult.Win("the broker took a registration over MQTT");
            }
            catch (SessionRefusedException e)
            {
                return AttackResult.Loss($"a whole login at the tap and no W in it; a registration is refused with 0x{(byte)e.Reason:X2}");
            }
        },
        cancellationToken);
}
