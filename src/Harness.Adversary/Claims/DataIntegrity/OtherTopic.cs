using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;
using Harness.Record;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>A message is put before the subscriber as one of another topic: a level becomes a set point.</summary>
internal sealed class OtherTopic : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "di-other-topic",
        Cell = new(Claim.DataIntegrity, "wire"),
        Precondition = "a tap on the subscriber's connection that holds messages back",
        Summary = "hands a held message to the subscriber on another topic, and one to the broker as the publisher's on another topic",
        Observation = "the subscriber opens it there",
        Reference = "Sahmi et al. 2021, section 4: nothing binds a payload to its topic; design: associated data = topic",
        Control = "PRESENT in CTR without a tag",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = Wire.Reading(ground.Random);
        var held = (await Wire.HoldAsync(ground, [reading], cancellationToken).ConfigureAwait(false))[0];
        var moved = await ground.Subscriber.OpenAsync(ground.Topic + "/set", held, cancellationToken).ConfigureAwait(false);
        if (moved.Plaintext is { } plaintext)
        {
            return new AttackResult(plaintext.Span.SequenceEqual(reading), $"opened as a message of another topic: {Wire.Quote(plaintext.Span)}");
        }

        // On the other hop: the publisher seals for one topic, and the broker is told another, which the subscriber reads too.
        var other = ground.Topic + "/set";
        await Ground.Required("subscription of the subscriber", () => ground.Subscriber.Required.SubscribeAsync(other, cancellationToken)).ConfigureAwait(false);
        var text = Wire.Reading(ground.Random);
        var sent = await ground.Publisher.SealAsync(ground.Topic, text, cancellationToken).ConfigureAwait(false);
        await Wire.InjectAsync(ground, ground.Publisher, Direction.ToBroker, other, sent, cancellationToken).ConfigureAwait(false);
        await ground.Publisher.RoundTripAsync(cancellationToken).ConfigureAwait(false);
        var read = await ground.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        if (read.Any(m => m.Topic == other && Wire.Carries(m, text)))
        {
            return AttackResult.Win($"the broker passed {Wire.Quote(text)} on as a message of another topic");
        }

        var genuine = await ground.Subscriber.OpenAsync(ground.Topic, held, cancellationToken).ConfigureAwait(false);
        return Wire.Carries(genuine, reading)
            ? AttackResult.Loss($"{Wire.Describe([moved])} on another topic, opened on its own; through the broker: {Wire.Describe(read)}")
            : throw new InconclusiveException("genuine message after the attack", "opened by the subscriber", Wire.Describe([genuine]));
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new CtrWithoutTag(), cancellationToken);
}
