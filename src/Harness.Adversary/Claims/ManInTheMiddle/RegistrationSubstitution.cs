namespace Harness.Adversary.Claims.ManInTheMiddle;

/// <summary>Puts its own W in the place of the device's while the device registers.</summary>
[Attack("mitm-substituted-registration", Order = 4)]
internal sealed class SubstitutedRegistration : Attack
{
    private const string OwnPassword = "the adversary's own";

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.ManInTheMiddle, "registration"),
        Schemes = SchemeSets.MqttPresent,
        Precondition = "Stands between the device and the broker while the device registers.",
        Summary = "Puts g^w' of a password of its own in the place of W, and logs in in the device's name.",
        Observation = "The adversary holds the session key that the broker holds for C.",
        Reference = "Sahmi et al. 2021, equation 1 and section 4 a: the client sends (C, W)",
        Control = "the adversary registers the name before the device does",
    };

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) => Registration.Prepare(options);

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(testbed);
        var client = testbed.Publisher.Client;
        var own = Verifier.ComputeW(testbed.Options.Group, testbed.Options.Profile, client, testbed.Options.Server, OwnPassword);
        var policy = AlterPolicy.Replace(Registration.Message(client), (byte[])[1, .. own]);
        testbed.Tap.Attack = policy;
        await Registration.SendAsync(testbed, cancellationToken).ConfigureAwait(false);
        testbed.Tap.Attack = null;
        return policy.Triggered == 0
            ? throw new InconclusiveException("substituted registration", "a registration at the tap", "none")
            : await EnterAsync(testbed, client, cancellationToken).ConfigureAwait(false);
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => controls.UseAsync(
        null,
        testbed =>
        {
            const string client = "name-to-come";
            testbed.Broker.Accounts.Put(Sessions.Accounts.Enrolment.Create(client, testbed.Options.Server, testbed.Options.Group, testbed.Options.Profile, OwnPassword));
            return EnterAsync(testbed, client, cancellationToken);
        },
        cancellationToken);

    private static async Task<AttackResult> EnterAsync(AttackTestbed testbed, string client, CancellationToken cancellationToken)
    {
        try
        {
            var rogue = await testbed.RogueAsync(client, OwnPassword, cancellationToken).ConfigureAwait(false);
            var key = testbed.Broker.SessionFingerprint(client);
            return new AttackResult(key == rogue.Fingerprint, $"logged in as {client} with the adversary's password: SK {rogue.Fingerprint}, the broker's {key}");
        }
        catch (MqttRefusedException e)
        {
            return AttackResult.Loss($"refused with 0x{(byte)e.Reason:X2}");
        }
    }
}
