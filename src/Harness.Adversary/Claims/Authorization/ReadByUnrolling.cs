using Harness.Adversary.Claims.Findings;

namespace Harness.Adversary.Claims.Authorization;

/// <summary>A publisher paired with the subscriber on a topic of its own reads what others publish to it, and learns every session key on the way.</summary>
[Attack("a-read-by-unrolling", Order = 3)]
internal sealed class ReadByUnrolling : Attack
{
    private const string Rogue = "rogue-publisher";
    private const string RogueTopic = "rogue/level";

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Authorization, "grant"),
        Schemes = SchemeSets.MqttPresent,
        Precondition = "a valid account paired with the subscriber on another topic, and an eavesdropper's capture",
        Summary = "Ks of its own pair xor its own SK is the subscriber's SK, which opens the wrap of the publisher's pair: Ks, and the publisher's SK",
        Observation = "fingerprints of both session keys, and the plaintext of a message between the two",
        Reference = "Sahmi et al. 2021, equation 9",
        Control = "the scheme as published, in this process: any secret of two is the exclusive or of their keys",
    };

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) =>
        options.WithPairs(1, clientOf => [new KeyPair(Rogue, clientOf(AttackRoles.Subscriber), RogueTopic)]);

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var payload = PayloadTraffic.Payloads(testbed, PacketDirection.ToBroker)[^1];
        var rogue = await testbed.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var wrap = await rogue.WaitForWrapAsync(cancellationToken).ConfigureAwait(false);
        var (keys, _) = await KeyUnrolling.OnTheWireAsync(testbed, rogue, wrap, [testbed.Publisher, testbed.Subscriber], cancellationToken).ConfigureAwait(false);
        try
        {
            return Judge(testbed, keys, payload, reading);
        }
        finally
        {
            foreach (var key in keys.Values)
            {
                CryptographicOperations.ZeroMemory(key);
            }
        }
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.AsPublishedAsync(this, controls, SchemeNames.MqttPresent, cancellationToken);

    private static AttackResult Judge(AttackTestbed testbed, IReadOnlyDictionary<string, byte[]> keys, byte[] payload, byte[] reading)
    {
        bool Right(TestbedDevice device) => keys.TryGetValue(device.Client, out var key) && Fingerprints.Of(key) == testbed.Broker.SessionFingerprint(device.Client);
        var (publisher, subscriber) = (Right(testbed.Publisher), Right(testbed.Subscriber));
        if (!publisher || !subscriber)
        {
            return AttackResult.Loss($"session keys found: subscriber {(subscriber ? "yes" : "no")}, publisher {(publisher ? "yes" : "no")}");
        }

        var traffic = MqttPresentCipher.Combine(keys[testbed.Publisher.Client], keys[testbed.Subscriber.Client]);
        var opened = MqttPresentCipher.TryOpen(testbed.Options.KeyBits, traffic, payload, out var plaintext) && plaintext.AsSpan().SequenceEqual(reading);
        CryptographicOperations.ZeroMemory(traffic);
        return opened
            ? AttackResult.Win($"SK of the subscriber {Fingerprints.Of(keys[testbed.Subscriber.Client])}, of the publisher {Fingerprints.Of(keys[testbed.Publisher.Client])}; read {PayloadTraffic.Quote(reading)}")
            : throw new InconclusiveException("payload under the keys found", "to open", "both keys are right, and it does not");
    }
}
