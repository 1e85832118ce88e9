namespace Harness.Adversary.Claims.Bearer;

/// <summary>Alters a message on the way after an honest login.</summary>
internal abstract class AlteredMessage : BearerAttack
{
    protected sealed override async Task<AttackResult> AttackAsync(AttackScene scene, BearerLab lab, bool isWeak, CancellationToken cancellationToken)
    {
        var watcher = await lab.WatchAsync(Topic, cancellationToken).ConfigureAwait(false);
        await using (watcher.ConfigureAwait(false))
        {
            var device = await HonestAsync(lab, cancellationToken).ConfigureAwait(false);
            await using (device.ConfigureAwait(false))
            {
                var (reading, forged) = (Reading(scene), Reading(scene));
                lab.Tap.Attack = new AlterPolicy(PacketField.Payload(PacketDirection.ToBroker, Topic), value => Change(value, forged));
                await device.PublishAsync(Topic, reading, QualityOfService.AtLeastOnce, cancellationToken: cancellationToken).ConfigureAwait(false);
                var message = await watcher.Messages.ReadAsync(cancellationToken).ConfigureAwait(false);
                var got = Encoding.ASCII.GetString(message.Payload.Span);
                return new AttackResult(
                    !message.Payload.Span.SequenceEqual(reading), $"the device published '{Encoding.ASCII.GetString(reading)}', the subscriber got '{got}'");
            }
        }
    }

    /// <summary>The payload in place of the device's.</summary>
    protected abstract byte[] Change(byte[] payload, byte[] forged);
}

/// <summary>Puts another message in place of the device's.</summary>
[Attack("mitm-substituted-after-connect")]
internal sealed class SubstitutedAfterConnect : AlteredMessage
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Bearers,
        Cell = new(Claim.ManInTheMiddle, "data"),
        Precondition = "on the wire, with the power to alter what passes; knows no secret",
        Summary = "lets the login pass and puts a text of its own in the place of the PUBLISH after it",
        Observation = "the subscriber gets the adversary's text as the device's",
        Reference = "the authors' libraries and RFC 7519: the code covers CONNECT alone",
        Control = "a device whose right never ends",
    };

    protected override byte[] Change(byte[] payload, byte[] forged) => forged;
}

/// <summary>Flips a bit of the device's message.</summary>
[Attack("di-flipped-after-connect")]
internal sealed class FlippedAfterConnect : AlteredMessage
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Bearers,
        Cell = new(Claim.DataIntegrity, "wire"),
        Precondition = "on the wire, with the power to alter what passes; knows no secret",
        Summary = "lets the login pass and flips one bit of the payload of the PUBLISH after it",
        Observation = "the subscriber gets the altered payload",
        Reference = "the authors' libraries and RFC 7519: the code covers CONNECT alone",
        Control = "a device whose right never ends",
    };

    protected override byte[] Change(byte[] payload, byte[] forged)
    {
        payload[^5] ^= 1;
        return payload;
    }
}

/// <summary>Reads the device's message on the wire.</summary>
[Attack("dc-clear-after-connect")]
internal sealed class ClearAfterConnect : BearerAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Bearers,
        Cell = new(Claim.DataConfidentiality),
        Precondition = "on the wire",
        Summary = "looks for the reading among the bytes that pass",
        Observation = "it stands there as the device said it",
        Reference = "the authors' libraries and RFC 7519: payloads are none of their business",
        Control = "a device whose right never ends",
    };

    protected override async Task<AttackResult> AttackAsync(AttackScene scene, BearerLab lab, bool isWeak, CancellationToken cancellationToken)
    {
        var device = await HonestAsync(lab, cancellationToken).ConfigureAwait(false);
        await using (device.ConfigureAwait(false))
        {
            var reading = Reading(scene);
            await device.PublishAsync(Topic, reading, QualityOfService.AtLeastOnce, cancellationToken: cancellationToken).ConfigureAwait(false);
            var seen = lab.Capture.Any(c => c.Bytes.Span.IndexOf(reading) >= 0);
            return new AttackResult(seen, $"'{Encoding.ASCII.GetString(reading)}' {(seen ? "stands" : "does not stand")} among the bytes on the wire");
        }
    }
}
