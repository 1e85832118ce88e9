namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>A thousand changed messages are put before the subscriber in place of one that never reached it.</summary>
/// <remarks>
/// The messages they are made from were held back at the tap, and the newest is the one changed: a counter alone refuses none of them. At
/// the end the genuine one must open, which shows that each was judged by what it is.
/// </remarks>
[Attack("di-mutations-at-subscriber", Order = 1)]
internal sealed class MutationsAtSubscriber : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataIntegrity, "wire"),
        Schemes = SchemeSets.OfBroker,
        Precondition = "a tap on the subscriber's connection that holds messages back",
        Summary = "puts 1,000 mutations of a held message before the subscriber: bits flipped, pieces swapped, cut, added, spliced with another message",
        Observation = "the subscriber opens one without refusal",
        Reference = "Sahmi et al. 2021, section 5 c (integrity)",
        Control = "PRESENT in CTR without a tag",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        byte[][] readings = [PayloadTraffic.Reading(testbed.Random), PayloadTraffic.Reading(testbed.Random), PayloadTraffic.Reading(testbed.Random)];
        var held = await PayloadTraffic.HoldAsync(testbed, readings, cancellationToken).ConfigureAwait(false);
        var tally = new MutationTally(readings[^1]);
        foreach (var mutation in Mutations.Of(held[^1], [.. held.SkipLast(1)], Seed))
        {
            tally.Add(mutation.Kind, await testbed.Subscriber.OpenAsync(testbed.WireTopic, mutation.Payload, cancellationToken).ConfigureAwait(false));
        }

        // An accepted forgery may have moved a counter; one that none was accepted for has to take the genuine message.
        var genuine = await testbed.Subscriber.OpenAsync(testbed.WireTopic, held[^1], cancellationToken).ConfigureAwait(false);
        return tally.Accepted > 0 || PayloadTraffic.Carries(genuine, readings[^1])
            ? new AttackResult(tally.Accepted > 0, tally.ToString())
            : throw new InconclusiveException("genuine message after the mutations", "opened by the subscriber", PayloadTraffic.Describe([genuine]));
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new CtrWithoutTag(), cancellationToken);
}
