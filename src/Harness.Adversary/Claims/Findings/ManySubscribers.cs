namespace Harness.Adversary.Claims.Findings;

/// <summary>With two subscribers on one topic a publisher has two Ks and one payload: one subscriber cannot read; and the publisher learns both session keys.</summary>
[Attack("finding-many-subscribers-break-publishing", Order = 16)]
internal sealed class ManySubscribers : PublishedSchemeFinding
{
    private const string Rogue = "rogue-publisher";

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataConfidentiality),
        Schemes = SchemeSets.MqttPresent,
        Precondition = "two subscribers of one topic; then a rogue publisher with an account, paired with both",
        Summary = "publishes one message to both; the rogue opens its two wraps and computes Ks_j xor SK for each",
        Observation = "not both read the message; the rogue shows the fingerprints of both subscribers' session keys",
        Reference = "Sahmi et al. 2021, equation 9: Ks is one publisher's and one subscriber's",
        Control = PublishedScheme,
    };

    public override string Repair => "one key a topic, drawn by the publisher, and sent to each subscriber under a key of the two";

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) =>
        options.WithPairs(3, clientOf => new[] { AttackRoles.Subscriber, AttackRoles.SecondSubscriber }.Select(role => new KeyPair(Rogue, clientOf(role), "rogue/level")))
            with { WithSecondSubscriber = true };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        TestbedDevice[] readers = [testbed.Subscriber, testbed.SecondSubscriber];
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        foreach (var reader in readers)
        {
            await WaitForKeyAsync(testbed, reader, cancellationToken).ConfigureAwait(false);
        }

        var reading = PayloadTraffic.Reading(testbed.Random);
        await testbed.PublishAsync(reading, cancellationToken).ConfigureAwait(false);
        var read = 0;
        foreach (var reader in readers)
        {
            var messages = await reader.ReadAllAsync(cancellationToken).ConfigureAwait(false);
            if (messages.Count != 1)
            {
                throw new InconclusiveException($"message for {reader.Name}", "1", $"{messages.Count}");
            }

            read += PayloadTraffic.Carries(messages[0], reading) ? 1 : 0;
        }

        var leaked = await LeakAsync(testbed, readers, cancellationToken).ConfigureAwait(false);
        return new AttackResult(
            read < readers.Length && leaked.Count == readers.Length,
            $"{read} of {readers.Length} subscribers read the message; the rogue publisher holds SK {string.Join(" and ", leaked)}");
    }

    private static async Task<IReadOnlyList<string>> LeakAsync(AttackTestbed testbed, TestbedDevice[] readers, CancellationToken cancellationToken)
    {
        var rogue = await testbed.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var leaked = new List<string>();
        var waiting = readers.Select(r => r.Client).ToHashSet(StringComparer.Ordinal);
        while (waiting.Count > 0)
        {
            var wrap = await rogue.WaitForWrapAsync(cancellationToken).ConfigureAwait(false);
            if (waiting.Remove(wrap.Peer) && KeyUnrolling.PartnerFingerprint(testbed.Options.KeyBits, rogue.SessionKey, wrap) is { } found
                && found == testbed.Broker.SessionFingerprint(wrap.Peer))
            {
                leaked.Add(found);
            }
        }

        return leaked;
    }

    private static async Task WaitForKeyAsync(AttackTestbed testbed, TestbedDevice reader, CancellationToken cancellationToken)
    {
        var current = testbed.Broker.TrafficKeyFingerprint(testbed.Publisher.Client, reader.Client);
        await testbed.UndisturbedAsync(
            $"traffic key of {reader.Name}",
            async () => await reader.RequiredSession.WaitForTrafficKeyAsync(testbed.Options.Timeout, current, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
    }
}
