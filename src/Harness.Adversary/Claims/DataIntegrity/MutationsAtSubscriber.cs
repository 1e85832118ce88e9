using Harness.Adversary.Claims.Weak;
using Harness.Record;

namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>A thousand changed messages are put before the subscriber in place of one that never reached it.</summary>
/// <remarks>
/// The messages they are made from were held back at the tap, and the newest is the one changed: a counter alone refuses none of them. At
/// the end the genuine one must open, which shows that each was judged by what it is.
/// </remarks>
internal sealed class MutationsAtSubscriber : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "di-mutations-at-subscriber",
        Cell = new(Claim.DataIntegrity, "wire"),
        Precondition = "a tap on the subscriber's connection that holds messages back",
        Summary = "puts 1,000 mutations of a held message before the subscriber: bits flipped, pieces swapped, cut, added, spliced with another message",
        Observation = "the subscriber opens one without refusal",
        Reference = "Sahmi et al. 2021, section 5 c (integrity)",
        Control = "PRESENT in CTR without a tag",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        byte[][] readings = [Wire.Reading(ground.Random), Wire.Reading(ground.Random), Wire.Reading(ground.Random)];
        var held = await Wire.HoldAsync(ground, readings, cancellationToken).ConfigureAwait(false);
        var tally = new MutationTally(readings[^1]);
        foreach (var mutation in Mutations.Of(held[^1], [.. held.SkipLast(1)], Seed))
        {
            tally.Add(mutation.Kind, await ground.Subscriber.OpenAsync(ground.Topic, mutation.Payload, cancellationToken).ConfigureAwait(false));
        }

        // An accepted forgery may have moved a counter; one that none was accepted for has to take the genuine message.
        var genuine = await ground.Subscriber.OpenAsync(ground.Topic, held[^1], cancellationToken).ConfigureAwait(false);
        return tally.Accepted > 0 || Wire.Carries(genuine, readings[^1])
            ? new AttackResult(tally.Accepted > 0, tally.ToString())
            : throw new InconclusiveException("genuine message after the mutations", "opened by the subscriber", Wire.Describe([genuine]));
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new CtrWithoutTag(), cancellationToken);
}
