using Harness.Adversary.Claims.Weak;
using Harness.Mqtt;
using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.AugMqtt;

namespace Harness.Adversary.Claims.NonRepudiation;

/// <summary>The subscriber makes a message of its own choice that no judge can tell from one of the publisher's.</summary>
/// <remarks>
/// The judge is handed the key that a genuine message opens under, as who wants to prove something to him would have to. What verifies is
/// a key that two know, so what verifies proves nothing about which of the two made it.
/// </remarks>
internal sealed class SubscriberForgery : Attack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "nr-subscriber-forges",
        Cell = new(Claim.NonRepudiation),
        Precondition = "a subscriber that received one genuine message, and a judge who takes what opens as that did",
        Summary = "makes a payload of a text the publisher never sent with what the subscriber holds",
        Observation = "the judge opens genuine and forged payload alike; in mqtt-present the publisher's device makes the same bytes of that text",
        Reference = "Sahmi et al. 2021, abstract and section 5 c (non-repudiation)",
        Control = "payloads in the clear",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        var forged = Wire.Reading(ground.Random);
        return SchemeNames.IsHopByHop(ground.Scheme)
            ? ForgeHop(ground, reading, forged)
            : await ForgeEndToEndAsync(ground, forged, cancellationToken).ConfigureAwait(false);
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.RunAsync(this, grounds, () => new ClearText(), cancellationToken);

    private static async Task<AttackResult> ForgeEndToEndAsync(Ground ground, byte[] forged, CancellationToken cancellationToken)
    {
        var made = (await ground.Subscriber.Party.SealAsync(ground.Topic, forged, cancellationToken).ConfigureAwait(false)).Value;
        if (ground.Publisher.IsOwn)
        {
            // Nobody can hand it bytes to open; but what it makes of the same text is seen on the wire.
            var sent = await ground.PublishAsync(forged, cancellationToken).ConfigureAwait(false);
            var alike = sent.AsSpan().SequenceEqual(made);
            return new AttackResult(alike, $"the subscriber sealed {Wire.Quote(forged)}; the publisher's device then sent {(alike ? "the same" : "other")} {sent.Length} bytes of it");
        }

        var opened = await ground.Publisher.OpenAsync(ground.Topic, made, cancellationToken).ConfigureAwait(false);
        var genuine = (await ground.Publisher.Party.SealAsync(ground.Topic, forged, cancellationToken).ConfigureAwait(false)).Value;
        var same = genuine.AsSpan().SequenceEqual(made);
        return new AttackResult(
            same || Wire.Carries(opened, forged),
            $"the subscriber sealed {Wire.Quote(forged)}; the publisher's device {(Wire.Carries(opened, forged) ? "opens it" : "refuses it")} and makes {(same ? "the same" : "other")} {genuine.Length} bytes of it");
    }

    private static AttackResult ForgeHop(Ground ground, byte[] reading, byte[] forged)
    {
        // Its own SK, which a subscriber's owner has; the broker's copy is the same 32 bytes, and no device gives them out.
        var own = ground.BrokerKey(ground.Subscriber.Client);
        using var forger = new HopChannel(own, HopDirection.FromBroker);
        var made = forger.Seal(ground.Topic, forged);
        var received = Wire.Payloads(ground, Direction.ToClient)[^1];
        if (!Judge(own, ground.Topic, received, reading))
        {
            throw new InconclusiveException("genuine message before the judge", "to open", "it does not");
        }

        return new AttackResult(
            Judge(own, ground.Topic, made, forged),
            $"under the subscriber's SK the judge opens the genuine message and {Wire.Quote(forged)}, made by the subscriber, alike");
    }

    private static bool Judge(byte[] key, string topic, byte[] payload, byte[] expected)
    {
        using var judge = new HopChannel(key, HopDirection.ToBroker);
        return judge.Open(topic, payload, out var opened) == HopResult.Opened && opened.AsSpan().SequenceEqual(expected);
    }
}
