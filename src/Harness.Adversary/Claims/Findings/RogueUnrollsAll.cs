namespace Harness.Adversary.Claims.Findings;

/// <summary>One rogue publisher, paired with one subscriber, learns the session key of everybody who is connected with it by pairs.</summary>
[Attack("finding-rogue-publisher-unrolls-sessions", Order = 7)]
internal sealed class RogueUnrollsAll : PublishedSchemeFinding
{
    private const string Rogue = "rogue-publisher";

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataConfidentiality),
        Schemes = SchemeSets.MqttPresent,
        Precondition = "an account paired with one subscriber alone, and an eavesdropper's capture of wraps; a publisher with two subscribers is there",
        Summary = "own SK and Ks give the subscriber's SK, that opens its other wrap, which gives the publisher's SK, that opens the wrap for the second subscriber",
        Observation = "the fingerprints of three session keys that are not its own, the last of somebody it shares nothing with",
        Reference = "Sahmi et al. 2021, equation 9",
        Control = PublishedScheme,
    };

    public override string Repair => "never combine long-lived keys by xor: draw Ks at random, or derive it one way, Ks = HKDF(SKp, SKs, topic)";

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) =>
        options.WithPairs(4, clientOf => [new KeyPair(Rogue, clientOf(AttackRoles.Subscriber), "rogue/level")]) with { WithSecondSubscriber = true };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var rogue = await testbed.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var own = await rogue.WaitForWrapAsync(cancellationToken).ConfigureAwait(false);
        TestbedDevice[] others = [testbed.Subscriber, testbed.Publisher, testbed.SecondSubscriber];
        var (keys, wraps) = await KeyUnrolling.OnTheWireAsync(testbed, rogue, own, others, cancellationToken).ConfigureAwait(false);
        var found = others.Where(d => keys.TryGetValue(d.Client, out var key) && Fingerprints.Of(key) == testbed.Broker.SessionFingerprint(d.Client)).ToArray();
        var evidence = string.Join(", ", found.Select(d => $"{d.Name} {Fingerprints.Of(keys[d.Client])}"));
        foreach (var key in keys.Values)
        {
            CryptographicOperations.ZeroMemory(key);
        }

        return new AttackResult(found.Length == others.Length, $"session keys that follow from the rogue's own and {wraps} wraps: {evidence}");
    }
}
