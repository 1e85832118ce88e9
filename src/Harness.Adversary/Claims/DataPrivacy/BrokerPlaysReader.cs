namespace Harness.Adversary.Claims.DataPrivacy;

/// <summary>The broker runs the pair run with the publisher in the subscriber's name, to be let into its epochs.</summary>
[Attack("dp-broker-plays-reader", Order = 2)]
internal sealed class BrokerPlaysReader : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataPrivacy),
        Schemes = SchemeSets.Hardened,
        Precondition = "the broker's own state (SK of every session, W, u), and pair messages that it makes as it likes; no pair password, but a word for one",
        Summary = "starts a pair run with the publisher in the subscriber's name and opens the keys of the epochs after it under what comes of it, and under every SK",
        Observation = "the plaintext of the publisher's next message",
        Reference = "src/Harness.Schemes/Hardened/HARDENED.md, pair messages; RFC 6628 section 3.3.1",
        Control = "a broker that holds the pair password",
    };

    public override Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken) =>
        AttackAsync(testbed, Dictionary.Draw(testbed.Random), cancellationToken);

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => controls.UseAsync(
        options => options with { Scheme = SchemeNames.Hardened },
        testbed => AttackAsync(testbed, testbed.ToldOf(testbed.Subscriber).Hardened!.PairPassword, cancellationToken),
        cancellationToken);

    private static async Task<AttackResult> AttackAsync(AttackTestbed testbed, string word, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var (options, publisher, subscriber) = (testbed.Options, testbed.Publisher.Client, testbed.Subscriber.Client);
        using var hop = new BrokerHop(testbed, testbed.Publisher);
        using var run = new AugPakeClient(options.Group, AugPakeProfile.Framed, subscriber, publisher, word, HardenedPublisher.RunField);
        var id = RandomNumberGenerator.GetBytes(PairMessage.RunSize);
        await hop.SayAsync(
            subscriber, new PairMessage(PairMessageKind.Start, id, AugPakeMethod.Of(AugPakeProfile.Framed, options.Group), 0, run.Start()), cancellationToken).ConfigureAwait(false);
        var answer = await hop.HearAsync(m => m.Kind == PairMessageKind.Answer && m.Run.Span.SequenceEqual(id), cancellationToken).ConfigureAwait(false);
        await hop.SayAsync(subscriber, PairMessage.OfRun(PairMessageKind.Proof, id, run.Respond(answer.Data.Span)), cancellationToken).ConfigureAwait(false);

        var keys = new List<byte[]> { testbed.BrokerKey(publisher).ToArray(), testbed.BrokerKey(subscriber).ToArray() };
        keys.Add(MqttPresentCipher.Combine(keys[0], keys[1]));
        var end = await hop.HearAsync(m => m.Kind is PairMessageKind.Done or PairMessageKind.Fail && m.Run.Span.SequenceEqual(id), cancellationToken).ConfigureAwait(false);
        if (end.Kind == PairMessageKind.Done)
        {
            using var key = run.Finish(end.Data.Span);
            keys.Add(key.Bytes.ToArray());
        }

        await testbed.UndisturbedAsync("epoch of the publisher", () => testbed.Publisher.RequiredSession.BeginEpochAsync(cancellationToken)).ConfigureAwait(false);
        var reading = PayloadTraffic.Reading(testbed.Random);
        await testbed.PublishAsync(reading, cancellationToken).ConfigureAwait(false);
        var payload = PayloadTraffic.Payloads(testbed, PacketDirection.ToBroker)[^1];
        var epochs = hop.Epochs();
        var won = keys.Any(k => BrokerState.OpenWith(testbed, k, epochs, payload).Any(p => p.AsSpan().SequenceEqual(reading)));
        keys.ForEach(k => CryptographicOperations.ZeroMemory(k));
        return won
            ? AttackResult.Win($"the broker reads {PayloadTraffic.Quote(reading)} under keys that the publisher sent it as its subscriber")
            : AttackResult.Loss($"the pair run ended with {end.Kind}; none of {keys.Count} keys opens one of {epochs.Count} epochs, or the {payload.Length} bytes of payload");
    }
}
