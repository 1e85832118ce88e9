namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>A message is put before the subscriber as one of another topic: a level becomes a set point.</summary>
[Attack("di-other-topic", Order = 3)]
internal sealed class OtherTopic : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataIntegrity, "wire"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "a tap on the subscriber's connection that holds messages back",
        Summary = "hands a held message to the subscriber on another topic, and one to the broker as the publisher's on another topic",
        Observation = "the subscriber opens it there",
        Reference = "Sahmi et al. 2021, section 4: nothing binds a payload to its topic; design rule: associated data = topic",
        Control = "PRESENT in CTR without a tag",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = PayloadTraffic.Reading(testbed.Random);
        var held = (await PayloadTraffic.HoldAsync(testbed, [reading], cancellationToken).ConfigureAwait(false))[0];
        var moved = await testbed.Subscriber.OpenAsync(testbed.WireTopic + "/set", held, cancellationToken).ConfigureAwait(false);
        if (moved.Plaintext is { } plaintext)
        {
            return new AttackResult(plaintext.Span.SequenceEqual(reading), $"opened as a message of another topic: {PayloadTraffic.Quote(plaintext.Span)}");
        }

        // On the other hop: the publisher seals for one topic, and the broker is told another, which the subscriber reads too.
        var other = testbed.WireTopic + "/set";
        await testbed.UndisturbedAsync("subscription of the subscriber", () => testbed.Subscriber.RequiredSession.SubscribeAsync(other, cancellationToken)).ConfigureAwait(false);
        var text = PayloadTraffic.Reading(testbed.Random);
        var sent = await testbed.Publisher.SealAsync(testbed.Topic, text, cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.InjectAsync(testbed, testbed.Publisher, PacketDirection.ToBroker, other, sent, cancellationToken).ConfigureAwait(false);
        await testbed.Publisher.RoundTripAsync(cancellationToken).ConfigureAwait(false);
        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        if (read.Any(m => m.Topic == other && PayloadTraffic.Carries(m, text)))
        {
            return AttackResult.Win($"the broker passed {PayloadTraffic.Quote(text)} on as a message of another topic");
        }

        var genuine = await testbed.Subscriber.OpenAsync(testbed.WireTopic, held, cancellationToken).ConfigureAwait(false);
        return PayloadTraffic.Carries(genuine, reading)
            ? AttackResult.Loss($"{PayloadTraffic.Describe([moved])} on another topic, opened on its own; through the broker: {PayloadTraffic.Describe(read)}")
            : throw new InconclusiveException("genuine message after the attack", "opened by the subscriber", PayloadTraffic.Describe([genuine]));
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new CtrWithoutTag(), cancellationToken);
}
