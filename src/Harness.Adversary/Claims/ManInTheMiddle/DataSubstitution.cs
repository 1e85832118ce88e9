namespace Harness.Adversary.Claims.ManInTheMiddle;

/// <summary>Puts a payload of its own making, from pieces it saw, in the place of the publisher's; on either leg.</summary>
[Attack("mitm-substituted-payload", Order = 3)]
internal sealed class SubstitutedPayload : Attack
{
    private static readonly byte[][] Readings =
        [Encoding.ASCII.GetBytes("valve 1 shut  at 0471 hPa now ok"), Encoding.ASCII.GetBytes("valve 2 open  at 9999 hPa now ok")];

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.ManInTheMiddle, "data"),
        Schemes = SchemeSets.OfBroker,
        Precondition = "Stands between the devices and the broker; holds no key.",
        Summary = "Records one payload and puts the next one together anew: head of one and tail of the other at every multiple of 8 bytes, once on the way to the broker and once from it.",
        Observation = "The subscriber reports a plaintext that the publisher never sent.",
        Reference = "Sahmi et al. 2021, section 4 (PRESENT on the payload, nothing against alteration) and table 3 (MITM)",
        Control = "MQTT-PRESENT's own payloads, which nothing authenticates",
    };

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => PositiveControl.OnAsync(
        this, controls, options => options with { Scheme = SchemeNames.MqttPresent, Profile = Harness.Crypto.AugPake.AugPakeProfile.AsPublished }, cancellationToken);

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var tried = 0;
        foreach (var direction in new[] { PacketDirection.ToBroker, PacketDirection.ToClient })
        {
            var target = PayloadTraffic.OnTheWire(testbed, direction);
            for (var cut = 8; cut < Readings[0].Length; cut += 8)
            {
                var at = cut;
                var policy = new AlterPolicy(target, payload => Splice(Recorded(testbed, target), payload, at), nth: 1);
                await testbed.PublishAsync(Readings[0], cancellationToken).ConfigureAwait(false);
                await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
                testbed.Tap.Attack = policy;
                await testbed.Publisher.TryPublishAsync(testbed.Topic, Readings[1], cancellationToken).ConfigureAwait(false);
                var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
                testbed.Tap.Attack = null;
                if (policy.Triggered == 0)
                {
                    throw new InconclusiveException("substituted payload", $"a payload {direction} at the tap", "none, or one that the splice leaves as it is");
                }

                tried++;
                if (read.FirstOrDefault(m => m.Plaintext is { } p && Readings.All(r => !p.Span.SequenceEqual(r))) is { } forged)
                {
                    return AttackResult.Win($"the subscriber took '{Encoding.ASCII.GetString(forged.Plaintext!.Value.Span)}', which was never sent");
                }

                if (read.Any(m => m.Plaintext is not null))
                {
                    throw new InconclusiveException("substituted payload", "the substitute or nothing at the subscriber", "the original, past the tap");
                }
            }
        }

        // The refusals must have been for the splice: untouched, a message still comes through.
        await testbed.PublishAsync(Readings[1], cancellationToken).ConfigureAwait(false);
        var after = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return after.Any(m => m.Plaintext is { } p && p.Span.SequenceEqual(Readings[1]))
            ? AttackResult.Loss($"{tried} substitutes refused, the untouched payload after them accepted")
            : throw new InconclusiveException("substituted payload", "an untouched payload to be taken after the attack", "none");
    }

    // The one before the payload under attack, on the same leg.
    private static byte[] Recorded(AttackTestbed testbed, PacketField target) => testbed.Tap.Values(target) is [.., var recorded, _]
        ? recorded
        : throw new RigErrorException("substituted payload", "two payloads at the tap", "fewer");

    private static byte[] Splice(byte[] recorded, byte[] payload, int cut)
    {
        byte[] spliced = [.. recorded[..cut], .. payload[cut..]];
        return spliced.AsSpan().SequenceEqual(payload) ? RandomNumberGenerator.GetBytes(payload.Length) : spliced;
    }
}
