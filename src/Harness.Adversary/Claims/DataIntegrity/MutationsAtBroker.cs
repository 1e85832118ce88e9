namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>A thousand changed messages are put before the broker as the publisher's: in hop schemes it must refuse them, for it seals anew what it took.</summary>
[Attack("di-mutations-at-broker", Order = 2)]
internal sealed class MutationsAtBroker : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataIntegrity, "wire"),
        Schemes = SchemeSets.HopByHop,
        Precondition = "a tap on the publisher's connection that holds messages back",
        Summary = "sends 1,000 mutations of a message that never reached the broker, in the publisher's name",
        Observation = "the subscriber opens what the broker made of one",
        Reference = "Shin et al. 2016: the broker decrypts and encrypts again",
        Control = "PRESENT in CTR without a tag from end to end",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        byte[][] readings = [PayloadTraffic.Reading(testbed.Random), PayloadTraffic.Reading(testbed.Random), PayloadTraffic.Reading(testbed.Random)];
        var held = new List<byte[]>();
        foreach (var reading in readings)
        {
            // Sealed and never sent: for the broker the same as held back at the tap, and no publication waits for its PUBACK.
            held.Add(await testbed.Publisher.SealAsync(testbed.Topic, reading, cancellationToken).ConfigureAwait(false));
        }

        var tally = new MutationTally(readings[^1]);
        foreach (var batch in Mutations.Of(held[^1], [.. held.SkipLast(1)], Seed).Chunk(100))
        {
            foreach (var mutation in batch)
            {
                await PayloadTraffic.InjectAsync(testbed, testbed.Publisher, PacketDirection.ToBroker, testbed.Topic, mutation.Payload, cancellationToken).ConfigureAwait(false);
            }

            // A round trip on the same connection: the broker has judged all of them.
            await testbed.Publisher.RoundTripAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var read in await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            tally.Add(MutationKind.Flip, read);
        }

        if (tally.Accepted > 0)
        {
            return AttackResult.Win($"the subscriber got {tally.Accepted} messages that the publisher never sent");
        }

        if (testbed.Publisher.IsExternal)
        {
            await PayloadTraffic.InjectAsync(testbed, testbed.Publisher, PacketDirection.ToBroker, testbed.Topic, held[^1], cancellationToken).ConfigureAwait(false);
            await testbed.Publisher.RoundTripAsync(cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await testbed.Publisher.RequiredSession.PublishAsync(testbed.Topic, held[^1], cancellationToken).ConfigureAwait(false);
        }

        var after = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return after.Any(m => PayloadTraffic.Carries(m, readings[^1]))
            ? AttackResult.Loss($"the broker passed on 0 of {Mutations.Count} mutations, and then the genuine message")
            : throw new InconclusiveException("genuine message after the mutations", "passed on by the broker", PayloadTraffic.Describe(after));
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new CtrWithoutTag(), cancellationToken);
}
