namespace Harness.Adversary.Claims.DataPrivacy;

/// <summary>The broker, which keeps every rule, opens the payloads that pass through it.</summary>
[Attack("dp-curious-broker", Order = 1)]
internal sealed class CuriousBroker : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataPrivacy),
        Schemes = SchemeSets.OfBroker,
        Precondition = "the broker's own state: the session keys of both handshakes",
        Summary = "opens a payload under what the broker knows: Ks = SKp xor SKs, or the key of the hop",
        Observation = "the right plaintext",
        Reference = "Sahmi et al. 2021, equation 9, against section 4 (\"the broker has no idea about the payload\")",
        Control = "payloads in the clear",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var payload = PayloadTraffic.Payloads(testbed, PacketDirection.ToBroker)[^1];
        var opened = BrokerState.Open(testbed, payload).Any(candidate => candidate.AsSpan().SequenceEqual(reading));
        return opened
            ? AttackResult.Win($"the broker reads {PayloadTraffic.Quote(reading)} from {payload.Length} bytes of payload")
            : AttackResult.Loss($"none of the broker's keys opens the {payload.Length} bytes of payload");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new ClearText(), cancellationToken);
}
