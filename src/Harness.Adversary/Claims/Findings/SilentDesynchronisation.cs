using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.MqttPresent;
using Harness.Sessions;
using Harness.Sessions.Broker;

namespace Harness.Adversary.Claims.Findings;

/// <summary>One bit of the subscriber's wrap is turned on the way: it takes another Ks, nobody refuses anything, and no message arrives any more.</summary>
internal sealed class SilentDesynchronisation : Finding
{
    public override AttackCard Card { get; } = new()
    {
        Id = "finding-flipped-wrap-desynchronises",
        Cell = new(Claim.ManInTheMiddle, "data"),
        Schemes = [SchemeNames.MqttPresent],
        Precondition = "a tap on the subscriber's connection while the traffic key is delivered; no key",
        Summary = "turns the lowest bit of the first byte of every wrap for the subscriber",
        Observation = "the subscriber takes the wrap and reports another Ks than publisher and broker, and does not read the publisher's message",
        Reference = "Sahmi et al. 2021, section 4 (delivery of Ks): PRESENT block by block, nothing authenticates the wrap",
        Control = "the scheme as published, in this process",
    };

    public override string Repair => "an authenticated wrap, or a key confirmation: each end shows a tag under Ks before it counts";

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        var wraps = Target.Payload(Direction.ToClient, PrivateTopics.Key(ground.Subscriber.Client));
        var flip = new AlterPolicy(wraps, Flip, NthPacketPolicy.Every);
        ground.Tap.Attack = flip;
        await ground.Subscriber.LogInAsync(cancellationToken).ConfigureAwait(false);
        await ground.AdmitAsync(ground.Subscriber, cancellationToken).ConfigureAwait(false);
        await ground.Publisher.LogInAsync(cancellationToken).ConfigureAwait(false);
        var current = ground.Broker.TrafficKeyFingerprint(ground.Publisher.Client, ground.Subscriber.Client);
        var publisher = await KeyAsync(ground.Publisher, ground, cancellationToken).ConfigureAwait(false);
        var subscriber = await KeyAsync(ground.Subscriber, ground, cancellationToken).ConfigureAwait(false);
        if (flip.Triggered == 0)
        {
            throw new InconclusiveException("wraps flipped at the tap", "at least 1", "0");
        }

        if (publisher != current || subscriber is null || subscriber == current)
        {
            return AttackResult.Loss($"broker {current}, publisher {publisher ?? "refused"}, subscriber {subscriber ?? "refused"}");
        }

        var reading = Wire.Reading(ground.Random);
        await ground.PublishAsync(reading, cancellationToken).ConfigureAwait(false);
        var read = await ground.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        var bits = Bits(ground);
        return new AttackResult(
            !read.Any(m => Wire.Carries(m, reading)),
            $"publisher and broker hold Ks {current}, the subscriber {subscriber}, and none was refused; the message after: {Wire.Describe(read)}, not the reading; {bits}");
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.AsPublishedAsync(this, grounds, SchemeNames.MqttPresent, cancellationToken);

    private static byte[] Flip(byte[] message)
    {
        message[^MqttPresentCipher.WrapLength] ^= 1;
        return message;
    }

    /// <summary>The traffic key a device took; null where it refused the wrap.</summary>
    private static async Task<string?> KeyAsync(GroundDevice device, Ground ground, CancellationToken cancellationToken)
    {
        try
        {
            return (await device.Required.WaitForTrafficKeyAsync(ground.Options.Patience, null, cancellationToken).ConfigureAwait(false)).Fingerprint;
        }
        catch (PartyRefusedException)
        {
            return null;
        }
        catch (SessionException e)
        {
            throw new InconclusiveException($"traffic key of the {device.Role}", "one, or a refusal", e.Message, inner: e);
        }
    }

    // Computed with the key that the broker has, to say how many of the other bits would do the same.
    private static string Bits(Ground ground)
    {
        var payload = Wire.Payloads(ground, Direction.ToClient, PrivateTopics.Key(ground.Subscriber.Client))[^1];
        if (!WrapMessage.TryDecode(payload, out var message))
        {
            throw new InconclusiveException("wrap at the tap", "of the format", $"{payload.Length} other bytes");
        }

        var outcomes = WrapFlips.Outcomes(ground.Options.KeyBits, ground.BrokerKey(ground.Subscriber.Client), message.Wrap.Span);
        int Count(WrapFlip outcome) => outcomes.Count(o => o == outcome);
        return $"of a wrap's {outcomes.Count} bits {Count(WrapFlip.Desynchronised)} do this, {Count(WrapFlip.Unused)} change bytes of Ks that encrypt nothing, {Count(WrapFlip.Refused)} are refused";
    }
}
