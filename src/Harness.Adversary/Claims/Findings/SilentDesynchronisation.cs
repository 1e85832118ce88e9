namespace Harness.Adversary.Claims.Findings;

/// <summary>One bit of the subscriber's wrap is turned on the way: it takes another Ks, nobody refuses anything, and no message arrives any more.</summary>
[Attack("finding-flipped-wrap-desynchronises", Order = 15)]
internal sealed class SilentDesynchronisation : PublishedSchemeFinding
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.ManInTheMiddle, "data"),
        Schemes = SchemeSets.MqttPresent,
        Precondition = "a tap on the subscriber's connection while the traffic key is delivered; no key",
        Summary = "turns the lowest bit of the first byte of every wrap for the subscriber",
        Observation = "the subscriber takes the wrap and reports another Ks than publisher and broker, and does not read the publisher's message",
        Reference = "Sahmi et al. 2021, section 4 (delivery of Ks): PRESENT block by block, nothing authenticates the wrap",
        Control = PublishedScheme,
    };

    public override string Repair => "an authenticated wrap, or a key confirmation: each end shows a tag under Ks before it counts";

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        var wraps = PacketField.Payload(PacketDirection.ToClient, PrivateTopics.Key(testbed.Subscriber.Client));
        var flip = new AlterPolicy(wraps, Flip, NthPacketPolicy.Every);
        testbed.Tap.Attack = flip;
        await testbed.Subscriber.LogInAsync(cancellationToken).ConfigureAwait(false);
        await testbed.AdmitAsync(testbed.Subscriber, cancellationToken).ConfigureAwait(false);
        await testbed.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        var current = testbed.Broker.TrafficKeyFingerprint(testbed.Publisher.Client, testbed.Subscriber.Client);
        var publisher = await KeyAsync(testbed.Publisher, testbed, cancellationToken).ConfigureAwait(false);
        var subscriber = await KeyAsync(testbed.Subscriber, testbed, cancellationToken).ConfigureAwait(false);
        if (flip.Triggered == 0)
        {
            throw new InconclusiveException("wraps flipped at the tap", "at least 1", "0");
        }

        if (publisher != current || subscriber is null || subscriber == current)
        {
            return AttackResult.Loss($"broker {current}, publisher {publisher ?? "refused"}, subscriber {subscriber ?? "refused"}");
        }

        var reading = PayloadTraffic.Reading(testbed.Random);
        await testbed.PublishAsync(reading, cancellationToken).ConfigureAwait(false);
        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        var bits = Bits(testbed);
        return new AttackResult(
            !read.Any(m => PayloadTraffic.Carries(m, reading)),
            $"publisher and broker hold Ks {current}, the subscriber {subscriber}, and none was refused; the message after: {PayloadTraffic.Describe(read)}, not the reading; {bits}");
    }

    private static byte[] Flip(byte[] message)
    {
        message[^MqttPresentCipher.WrapLength] ^= 1;
        return message;
    }

    /// <summary>The traffic key a device took; null where it refused the wrap.</summary>
    private static async Task<string?> KeyAsync(TestbedDevice device, AttackTestbed testbed, CancellationToken cancellationToken)
    {
        try
        {
            return (await device.RequiredSession.WaitForTrafficKeyAsync(testbed.Options.Timeout, null, cancellationToken).ConfigureAwait(false)).Fingerprint;
        }
        catch (PartyRefusedException)
        {
            return null;
        }
        catch (SessionException e)
        {
            throw new InconclusiveException($"traffic key of {device.Name}", "one, or a refusal", e.Message, inner: e);
        }
    }

    // Computed with the key that the broker has, to say how many of the other bits would do the same.
    private static string Bits(AttackTestbed testbed)
    {
        var payload = PayloadTraffic.Payloads(testbed, PacketDirection.ToClient, PrivateTopics.Key(testbed.Subscriber.Client))[^1];
        if (!WrapMessage.TryDecode(payload, out var message))
        {
            throw new InconclusiveException("wrap at the tap", "of the format", $"{payload.Length} other bytes");
        }

        var outcomes = WrapFlips.Outcomes(testbed.Options.KeyBits, testbed.BrokerKey(testbed.Subscriber.Client), message.Wrap.Span);
        int Count(WrapFlip outcome) => outcomes.Count(o => o == outcome);
        return $"of a wrap's {outcomes.Count} bits {Count(WrapFlip.Desynchronised)} do this, {Count(WrapFlip.Unused)} change bytes of Ks that encrypt nothing, {Count(WrapFlip.Refused)} are refused";
    }
}
