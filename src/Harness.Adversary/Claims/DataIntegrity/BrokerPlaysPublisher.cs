namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>The broker runs the pair run with the subscriber in the publisher's name, and then an epoch of its own.</summary>
[Attack("di-broker-plays-publisher", Order = 5)]
internal sealed class BrokerPlaysPublisher : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataIntegrity, "broker"),
        Schemes = SchemeSets.Hardened,
        Precondition = "the broker's own state (SK of every session, W, u), and pair messages that it withholds and makes as it likes; no pair password and no W of a pair",
        Summary = "asks the subscriber for a pair run, answers it from a verifier of its own, sends keys of an epoch of its own under what comes of it and under SK, and a message of that epoch",
        Observation = "the subscriber opens that message, which the publisher never sent",
        Reference = "src/Harness.Schemes/Hardened/HARDENED.md, pair messages; RFC 6628 section 3.3.2",
        Control = "a broker that holds the pair's verifier",
    };

    public override Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken) =>
        AttackAsync(testbed, Verifier.ComputeW(
            testbed.Options.Group, AugPakeProfile.Framed, testbed.Subscriber.Client, testbed.Publisher.Client, Dictionary.Draw(testbed.Random), HardenedPublisher.RunField), cancellationToken);

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) => controls.UseAsync(
        options => options with { Scheme = SchemeNames.Hardened },
        testbed => AttackAsync(testbed, testbed.ToldOf(testbed.Publisher).Hardened!.Subscribers![0].Verifier, cancellationToken),
        cancellationToken);

    private static async Task<AttackResult> AttackAsync(AttackTestbed testbed, byte[] verifier, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var (options, publisher, subscriber) = (testbed.Options, testbed.Publisher.Client, testbed.Subscriber.Client);
        using var toPublisher = new BrokerHop(testbed, testbed.Publisher);
        using var hop = new BrokerHop(testbed, testbed.Subscriber);
        testbed.Tap.Attack = new DropPolicy(PacketField.Payload(PacketDirection.ToClient, toPublisher.Topic).Selector, NthPacketPolicy.Every);
        await hop.SayAsync(publisher, PairMessage.Ask, cancellationToken).ConfigureAwait(false);
        var start = await hop.HearAsync(m => m.Kind == PairMessageKind.Start, cancellationToken).ConfigureAwait(false);
        using var server = new AugPakeServer(options.Group, AugPakeProfile.Framed, subscriber, publisher, verifier, HardenedPublisher.RunField);
        await hop.SayAsync(publisher, PairMessage.OfRun(PairMessageKind.Answer, start.Run, server.Respond(start.Data.Span)), cancellationToken).ConfigureAwait(false);
        var proof = await hop.HearAsync(m => m.Kind == PairMessageKind.Proof && m.Run.Span.SequenceEqual(start.Run.Span), cancellationToken).ConfigureAwait(false);
        var right = server.TryVerify(proof.Data.Span);
        await hop.SayAsync(
            publisher, PairMessage.OfRun(PairMessageKind.Done, start.Run, right ? server.Authenticator : RandomNumberGenerator.GetBytes(32)), cancellationToken).ConfigureAwait(false);

        var epoch = testbed.Publisher.Party.Pairs!.Status.Epoch!.Value + 1;
        var forged = PayloadTraffic.Reading(testbed.Random);
        var tried = 0;
        foreach (var key in PairKeys(testbed, right ? server : null))
        {
            using var keys = new EpochKeys(epoch++, RandomNumberGenerator.GetBytes(HardenedKeys.TopicKeySize), HardenedKeys.Sender(publisher), 0);
            await hop.SayAsync(publisher, keys.Seal(options.PairCipher, key, testbed.Topic, (ulong)++tried, 0), cancellationToken).ConfigureAwait(false);
            CryptographicOperations.ZeroMemory(key);
            using var sealer = new MessageSealer(options.PairCipher, keys, publisher, testbed.Topic);
            var message = sealer.Seal(forged);
            await PayloadTraffic.InjectAsync(testbed, testbed.Subscriber, PacketDirection.ToClient, message.WireTopic, message.Payload, cancellationToken).ConfigureAwait(false);
        }

        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        testbed.Tap.Attack = null;
        if (read.Any(m => PayloadTraffic.Carries(m, forged)))
        {
            return AttackResult.Win($"the subscriber opened {PayloadTraffic.Quote(forged)} of an epoch that the broker made");
        }

        // Its key with the true publisher must have outlived all that.
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss($"V_C {(right ? "fits" : "does not fit")} the broker's verifier; {tried} epochs of its own: {PayloadTraffic.Describe(read)}");
    }

    private static IEnumerable<byte[]> PairKeys(AttackTestbed testbed, AugPakeServer? server)
    {
        if (server is not null)
        {
            using var key = server.TakeKey();
            yield return key.Bytes.ToArray();
        }

        var (one, other) = (testbed.BrokerKey(testbed.Publisher.Client), testbed.BrokerKey(testbed.Subscriber.Client));
        yield return [.. one];
        yield return [.. other];
        yield return MqttPresentCipher.Combine(one, other);
    }
}
