namespace Harness.Adversary.Claims.NonRepudiation;

/// <summary>The subscriber makes a message of its own choice that no judge can tell from one of the publisher's.</summary>
/// <remarks>
/// The judge is handed the key that a genuine message opens under, as who wants to prove something to him would have to. What verifies is
/// a key that two know, so what verifies proves nothing about which of the two made it.
/// </remarks>
[Attack("nr-subscriber-forges", Order = 1)]
internal sealed class SubscriberForgery : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.NonRepudiation),
        Schemes = SchemeSets.OfBroker,
        Precondition = "a subscriber that received one genuine message, and a judge who takes what opens as that did",
        Summary = "makes a payload of a text the publisher never sent with what the subscriber holds",
        Observation = "the judge opens genuine and forged payload alike; in mqtt-present the publisher's device makes the same bytes of that text; in hardened he also has the publisher's public key",
        Reference = "Sahmi et al. 2021, abstract and section 5 c (non-repudiation)",
        Control = "payloads in the clear; for hardened the scheme with signatures turned off",
    };

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options.Scheme == SchemeNames.Hardened ? options with { Signed = true, WithSecondSubscriber = true } : options;
    }

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var forged = PayloadTraffic.Reading(testbed.Random);
        return testbed.Scheme == SchemeNames.Hardened ? await ForgeSignedAsync(testbed, forged, cancellationToken).ConfigureAwait(false)
            : SchemeNames.IsHopByHop(testbed.Scheme) ? ForgeHop(testbed, reading, forged)
            : await ForgeEndToEndAsync(testbed, forged, cancellationToken).ConfigureAwait(false);
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controls);
        return controls.Options.Scheme == SchemeNames.Hardened
            ? PositiveControl.OnAsync(this, controls, options => options with { Signed = false }, cancellationToken)
            : PositiveControl.RunAsync(this, controls, () => new ClearText(), cancellationToken);
    }

    private static async Task<AttackResult> ForgeSignedAsync(AttackTestbed testbed, byte[] forged, CancellationToken cancellationToken)
    {
        using var insider = await InsiderReader.JoinAsync(testbed, testbed.SecondSubscriber, cancellationToken).ConfigureAwait(false);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var genuine = PayloadTraffic.Payloads(testbed, PacketDirection.ToClient)[^1];
        var publicKey = testbed.ToldOf(testbed.Subscriber).Hardened!.PublicKey;
        bool Judge(byte[] payload, byte[] expected)
        {
            using var judge = new MessageOpener(testbed.Options.PairCipher, insider.Keys, testbed.Publisher.Client, testbed.Topic, publicKey);
            return judge.Open(payload, out var plaintext) == HardenedResult.Opened && plaintext.AsSpan().SequenceEqual(expected);
        }

        if (!Judge(genuine, reading))
        {
            throw new InconclusiveException("genuine message before the judge", "to open", "it does not");
        }

        var forgeries = InsiderForgeries.Of(testbed, insider, forged);
        var taken = forgeries.Where(f => Judge(f.Payload, forged)).Select(f => f.Words).ToList();
        return taken.Count > 0
            ? AttackResult.Win($"with TK{(publicKey is null ? "" : " and the publisher's public key")} the judge opens the genuine message and {PayloadTraffic.Quote(forged)}, made by the subscriber ({string.Join(", ", taken)}), alike")
            : AttackResult.Loss($"with TK and the publisher's public key the judge opens the genuine message and none of {forgeries.Count} of the subscriber's ({string.Join(", ", forgeries.Select(f => f.Words))})");
    }

    private static async Task<AttackResult> ForgeEndToEndAsync(AttackTestbed testbed, byte[] forged, CancellationToken cancellationToken)
    {
        var made = (await testbed.Subscriber.Party.SealAsync(testbed.Topic, forged, cancellationToken).ConfigureAwait(false)).Value;
        if (testbed.Publisher.IsExternal)
        {
            // Nobody can hand it bytes to open; but what it makes of the same text is seen on the wire.
            var sent = await testbed.PublishAsync(forged, cancellationToken).ConfigureAwait(false);
            var alike = sent.AsSpan().SequenceEqual(made);
            return new AttackResult(alike, $"the subscriber sealed {PayloadTraffic.Quote(forged)}; the publisher's device then sent {(alike ? "the same" : "other")} {sent.Length} bytes of it");
        }

        var opened = await testbed.Publisher.OpenAsync(testbed.Topic, made, cancellationToken).ConfigureAwait(false);
        var genuine = (await testbed.Publisher.Party.SealAsync(testbed.Topic, forged, cancellationToken).ConfigureAwait(false)).Value;
        var same = genuine.AsSpan().SequenceEqual(made);
        return new AttackResult(
            same || PayloadTraffic.Carries(opened, forged),
            $"the subscriber sealed {PayloadTraffic.Quote(forged)}; the publisher's device {(PayloadTraffic.Carries(opened, forged) ? "opens it" : "refuses it")} and makes {(same ? "the same" : "other")} {genuine.Length} bytes of it");
    }

    private static AttackResult ForgeHop(AttackTestbed testbed, byte[] reading, byte[] forged)
    {
        // Its own SK, which a subscriber's owner has; the broker's copy is the same 32 bytes, and no device gives them out.
        var own = testbed.BrokerKey(testbed.Subscriber.Client);
        using var forger = new HopChannel(own, HopDirection.FromBroker);
        var made = forger.Seal(testbed.Topic, forged);
        var received = PayloadTraffic.Payloads(testbed, PacketDirection.ToClient)[^1];
        if (!Judge(own, testbed.Topic, received, reading))
        {
            throw new InconclusiveException("genuine message before the judge", "to open", "it does not");
        }

        return new AttackResult(
            Judge(own, testbed.Topic, made, forged),
            $"under the subscriber's SK the judge opens the genuine message and {PayloadTraffic.Quote(forged)}, made by the subscriber, alike");
    }

    private static bool Judge(byte[] key, string topic, byte[] payload, byte[] expected)
    {
        using var judge = new HopChannel(key, HopDirection.ToBroker);
        return judge.Open(topic, payload, out var opened) == HopResult.Opened && opened.AsSpan().SequenceEqual(expected);
    }
}
