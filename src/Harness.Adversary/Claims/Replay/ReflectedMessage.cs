namespace Harness.Adversary.Claims.Replay;

/// <summary>A message of a device comes back to it as if another had sent it: its own reading becomes an order.</summary>
[Attack("replay-message-reflected", Order = 5)]
internal sealed class ReflectedMessage : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "session"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "a tap on the publisher's connection",
        Summary = "sends the publisher its own payload, and the subscriber's payload to the broker as the subscriber's",
        Observation = "the publisher, or whoever reads what the broker makes of it, opens the reading again",
        Reference = "Sahmi et al. 2021, equation 9: both directions share Ks; design rule: the nonce says which way a payload goes",
        Control = "sealed payloads whose counter and direction nobody checks",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var (sent, received) = (PayloadTraffic.Payloads(testbed, PacketDirection.ToBroker)[^1], PayloadTraffic.Payloads(testbed, PacketDirection.ToClient)[^1]);
        await PayloadTraffic.InjectAsync(testbed, testbed.Publisher, PacketDirection.ToClient, testbed.WireTopic, sent, cancellationToken).ConfigureAwait(false);
        var atPublisher = await testbed.Publisher.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.InjectAsync(testbed, testbed.Subscriber, PacketDirection.ToBroker, testbed.WireTopic, received, cancellationToken).ConfigureAwait(false);

        // A round trip on the connection that it was put into: the broker has judged it.
        await testbed.UndisturbedAsync("round trip of the subscriber", () => testbed.Subscriber.RequiredSession.SubscribeAsync(testbed.WireTopic, cancellationToken)).ConfigureAwait(false);
        var atSubscriber = await PayloadTraffic.ReadUpToHonestAsync(testbed, cancellationToken).ConfigureAwait(false);
        var publisher = atPublisher.Any(m => PayloadTraffic.Carries(m, reading));
        var subscriber = atSubscriber.Any(m => PayloadTraffic.Carries(m, reading));
        return new AttackResult(
            publisher || subscriber,
            $"the publisher given its own payload: {PayloadTraffic.Describe(atPublisher)}; the subscriber's sent back through the broker: {PayloadTraffic.Describe(atSubscriber)}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new CountedGcm(checksCounter: false), cancellationToken);
}
