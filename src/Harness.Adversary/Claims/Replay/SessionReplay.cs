namespace Harness.Adversary.Claims.Replay;

/// <summary>A message that the subscriber has read comes again at once, on either hop.</summary>
[Attack("replay-message-at-once", Order = 3)]
internal class SessionReplay : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "session"),
        Schemes = SchemeSets.OfBroker,
        Precondition = "a tap on the connections of publisher and subscriber",
        Summary = "sends a delivered payload again: to the subscriber, and to the broker as if the publisher had sent it",
        Observation = "the subscriber opens the same plaintext a second time",
        Reference = "Sahmi et al. 2021, section 5 d (replay attack); design rule: counters must rise",
        Control = "sealed payloads whose counter nobody checks",
    };

    /// <summary>Messages that the publisher sends between the recorded one and its replay.</summary>
    protected virtual int Between => 0;

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var (toBroker, toSubscriber) = (PayloadTraffic.Payloads(testbed, PacketDirection.ToBroker)[^1], PayloadTraffic.Payloads(testbed, PacketDirection.ToClient)[^1]);
        for (var i = 0; i < Between; i++)
        {
            await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        }

        await PayloadTraffic.InjectAsync(testbed, testbed.Subscriber, PacketDirection.ToClient, testbed.WireTopic, toSubscriber, cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.InjectAsync(testbed, testbed.Publisher, PacketDirection.ToBroker, testbed.WireTopic, toBroker, cancellationToken).ConfigureAwait(false);
        var read = await PayloadTraffic.ReadUpToHonestAsync(testbed, cancellationToken).ConfigureAwait(false);
        var again = read.Count(m => PayloadTraffic.Carries(m, reading));
        return new AttackResult(again > 0, $"of 2 replays the subscriber opened {again} as the same reading again ({PayloadTraffic.Describe(read)})");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new CountedGcm(checksCounter: false), cancellationToken);
}

/// <summary>The same after other messages have come: a receiver that remembers only the last one takes it.</summary>
[Attack("replay-message-later", Order = 4)]
internal sealed class LaterReplay : SessionReplay
{
    public override AttackDescription Description => base.Description with { Summary = "sends a delivered payload again after three others, on either hop" };

    protected override int Between => 3;
}
