namespace Harness.Adversary.Claims.Replay;

/// <summary>An earlier wrap of the same session is sent to the subscriber again: its traffic key goes back, and with it earlier messages are taken.</summary>
/// <remarks>
/// The subscriber's session outlives the publisher's, so its SK opens wraps of several Ks and nothing says which is newer. This also shows
/// how far the tick for messages across sessions carries: it holds against replayed messages alone.
/// </remarks>
[Attack("replay-key-wrap", Order = 7)]
internal sealed class KeyWrapReplay : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Replay, "wrap"),
        Schemes = [SchemeNames.MqttPresent],
        Precondition = "a tap on the subscriber's connection; the publisher logs in a second time while the subscriber stays",
        Summary = "sends the first wrap again after the second, then a message of the first traffic key",
        Observation = "the subscriber reports the fingerprint of the earlier Ks",
        Reference = "Sahmi et al. 2021, section 4 (delivery of Ks): the wrap carries no counter, time or nonce",
        Control = "the scheme as published, in this process: it takes any wrap that opens",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var keyTopic = PrivateTopics.Key(testbed.Subscriber.Client);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var message = PayloadTraffic.Payloads(testbed, PacketDirection.ToClient)[^1];
        var wrap = PayloadTraffic.Payloads(testbed, PacketDirection.ToClient, keyTopic)[^1];
        var earlier = Current(testbed);

        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
        var newer = Current(testbed);
        if (earlier == newer)
        {
            throw new InconclusiveException("traffic key after the publisher's second login", "another one", "the same");
        }

        await PayloadTraffic.InjectAsync(testbed, testbed.Subscriber, PacketDirection.ToClient, keyTopic, wrap, cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.InjectAsync(testbed, testbed.Subscriber, PacketDirection.ToClient, testbed.Topic, message, cancellationToken).ConfigureAwait(false);

        // The session hands messages to the device in order: once the message has come, the wrap before it was taken or refused.
        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        var now = testbed.Subscriber.RequiredSession.TrafficKey?.Fingerprint;
        var again = read.Any(m => PayloadTraffic.Carries(m, reading));
        return new AttackResult(
            now == earlier,
            $"traffic key {newer}, after the replayed wrap {now} (the earlier one was {earlier}); the earlier reading was {(again ? "opened again" : "not opened")}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.AsPublishedAsync(this, controls, SchemeNames.MqttPresent, cancellationToken);

    private static string? Current(AttackTestbed testbed) => testbed.Broker.TrafficKeyFingerprint(testbed.Publisher.Client, testbed.Subscriber.Client);
}
