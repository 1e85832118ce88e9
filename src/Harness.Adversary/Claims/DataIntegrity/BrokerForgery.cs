namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>The broker makes up a message of its own choice, and the subscriber takes it for the publisher's.</summary>
[Attack("di-broker-forges", Order = 4)]
internal sealed class BrokerForgery : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.DataIntegrity, "broker"),
        Schemes = SchemeSets.OfBroker,
        Precondition = "the broker's own state: the session keys of both handshakes",
        Summary = "seals a plaintext of its choice under what the broker knows and sends it to the subscriber",
        Observation = "the subscriber opens that plaintext, which the publisher never sent",
        Reference = "Sahmi et al. 2021, equation 9, against section 5 c (end-to-end integrity)",
        Control = "payloads in the clear",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var forged = PayloadTraffic.Reading(testbed.Random);
        byte[][] candidates = [BrokerState.Forge(testbed, forged), forged];
        foreach (var candidate in candidates)
        {
            await PayloadTraffic.InjectAsync(testbed, testbed.Subscriber, PacketDirection.ToClient, testbed.WireTopic, candidate, cancellationToken).ConfigureAwait(false);
        }

        var read = await testbed.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return read.Any(m => PayloadTraffic.Carries(m, forged))
            ? AttackResult.Win($"the subscriber opened {PayloadTraffic.Quote(forged)}, made by the broker")
            : AttackResult.Loss($"{candidates.Length} forgeries: {PayloadTraffic.Describe(read)}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new ClearText(), cancellationToken);
}
