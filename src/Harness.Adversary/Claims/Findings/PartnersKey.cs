namespace Harness.Adversary.Claims.Findings;

/// <summary>A subscriber computes the publisher's session key with the broker from its own and Ks.</summary>
[Attack("finding-partner-computes-session-key", Order = 6)]
internal sealed class PartnersKey : PublishedSchemeFinding
{
    private const string Reader = "rogue-subscriber";

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataConfidentiality),
        Schemes = SchemeSets.MqttPresent,
        Precondition = "an account that is the publisher's rightful partner on one topic",
        Summary = "opens its wrap and computes Ks xor its own SK",
        Observation = "the fingerprint of the publisher's SK as publisher and broker report it",
        Reference = "Sahmi et al. 2021, equation 9",
        Control = PublishedScheme,
    };

    public override string Repair => "a Ks that tells nothing of either key: random, or HKDF over both";

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) =>
        options.WithPairs(2, clientOf => [new KeyPair(clientOf(AttackRoles.Publisher), Reader, "rogue/orders")]);

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        var rogue = await testbed.RogueAsync(Reader, cancellationToken).ConfigureAwait(false);
        var wrap = await rogue.WaitForWrapAsync(cancellationToken).ConfigureAwait(false);
        if (KeyUnrolling.PartnerFingerprint(testbed.Options.KeyBits, rogue.SessionKey, wrap) is not { } found)
        {
            return AttackResult.Loss("its own wrap does not open");
        }

        var broker = testbed.Broker.SessionFingerprint(testbed.Publisher.Client);
        if (testbed.Publisher.IsExternal)
        {
            return new AttackResult(found == broker, $"computed {found}; the broker holds {broker} for the publisher, which opened the wrap under it and cannot be asked");
        }

        var publisher = testbed.Publisher.RequiredSession.Fingerprint;
        return new AttackResult(
            found == broker && found == publisher, $"computed {found}; the publisher holds {publisher}, the broker {broker}");
    }
}
