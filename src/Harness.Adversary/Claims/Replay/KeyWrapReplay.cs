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
        Schemes = SchemeSets.WithPairs,
        Precondition = "a tap on the subscriber's connection; the publisher logs in a second time while the subscriber stays",
        Summary = "sends the first wrap again after the second, then a message of the first traffic key; under hardened the keys of the first epoch, as they came and sealed anew as the broker could",
        Observation = "the subscriber reports the fingerprint of the earlier Ks, or the earlier epoch",
        Reference = "Sahmi et al. 2021, section 4 (delivery of Ks): the wrap carries no counter, time or nonce; src/Harness.Schemes/Hardened/HARDENED.md, states (n and epoch rise)",
        Control = "mqtt-present as published, in this process: it takes any wrap that opens",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        if (testbed.Scheme == SchemeNames.Hardened)
        {
            return await EpochAgainAsync(testbed, cancellationToken).ConfigureAwait(false);
        }

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

    private static async Task<AttackResult> EpochAgainAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        using var hop = new BrokerHop(testbed, testbed.Subscriber);
        using var publishers = new BrokerHop(testbed, testbed.Publisher);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var message = PayloadTraffic.Payloads(testbed, PacketDirection.ToClient)[^1];
        var (topic, earlier) = (testbed.WireTopic, testbed.Subscriber.Party.Pairs!.Status.Epoch);
        var wraps = PayloadTraffic.Payloads(testbed, PacketDirection.ToClient, hop.Topic);
        var keys = publishers.Epochs();
        await testbed.UndisturbedAsync("new epoch", () => testbed.Publisher.RequiredSession.BeginEpochAsync(cancellationToken)).ConfigureAwait(false);
        await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
        var newer = testbed.Subscriber.Party.Pairs!.Status.Epoch;
        if (earlier == newer || keys.Count == 0 || wraps.Count == 0)
        {
            throw new InconclusiveException("epoch after the first", "another one, and the keys of the first at the tap", $"{earlier} and {newer}, {keys.Count} of {wraps.Count}");
        }

        foreach (var wrap in wraps)
        {
            await PayloadTraffic.InjectAsync(testbed, testbed.Subscriber, PacketDirection.ToClient, hop.Topic, wrap, cancellationToken).ConfigureAwait(false);
        }

        foreach (var key in keys)
        {
            await hop.SayAsync(testbed.Publisher.Client, key, cancellationToken).ConfigureAwait(false);
        }

        await PayloadTraffic.InjectAsync(testbed, testbed.Subscriber, PacketDirection.ToClient, topic, message, cancellationToken).ConfigureAwait(false);
        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        var now = testbed.Subscriber.Party.Pairs!.Status.Epoch;
        var again = read.Any(m => PayloadTraffic.Carries(m, reading));
        if (now == newer && !again)
        {
            await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        }

        return new AttackResult(
            now != newer || again,
            $"epoch {newer}, after {wraps.Count} replays and {keys.Count} of the broker's {now} (the first was {earlier}); the earlier reading was {(again ? "opened again" : "not opened")}");
    }

    private static string? Current(AttackTestbed testbed) => testbed.Broker.TrafficKeyFingerprint(testbed.Publisher.Client, testbed.Subscriber.Client);
}
