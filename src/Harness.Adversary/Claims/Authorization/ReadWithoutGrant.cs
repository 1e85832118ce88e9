namespace Harness.Adversary.Claims.Authorization;

/// <summary>An account that nobody gave anything subscribes to the publisher's topic and reads.</summary>
[Attack("a-read-without-grant", Order = 2)]
internal sealed class ReadWithoutGrant : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Authorization, "grant"),
        Schemes = SchemeSets.OfBroker,
        Precondition = "a valid account that is in no pair and holds no token but of a topic of its own; no tap, but the topic's name on the wire",
        Summary = "subscribes to the topic, to all below its first level and to everything, and opens what comes with what it holds",
        Observation = "the plaintext of the publisher's next message",
        Reference = "Sahmi et al. 2021, table 3; Calabretta et al. 2018, abstract (authorization token)",
        Control = "payloads in the clear, open to every account",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var rogue = await testbed.RogueAsync("rogue-reader", cancellationToken).ConfigureAwait(false);
        await RogueTokens.CreateOwnAsync(testbed, rogue, cancellationToken).ConfigureAwait(false);
        var reasons = new List<string>();
        foreach (var filter in (string[])[testbed.WireTopic, testbed.WireTopic.Split('/')[0] + "/#", "#"])
        {
            var reason = await rogue.SubscribeAsync(filter, cancellationToken).ConfigureAwait(false);
            reasons.Add($"0x{(byte)reason:X2}");
        }

        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var read = await RogueTokens.ReadAsync(testbed, rogue, cancellationToken).ConfigureAwait(false);
        return read.Any(m => m.AsSpan().SequenceEqual(reading))
            ? AttackResult.Win($"an account without a grant reads {PayloadTraffic.Quote(reading)}")
            : AttackResult.Loss($"subscriptions got {string.Join(", ", reasons)}; {read.Count} payloads came, none opened{(testbed.Scheme == SchemeNames.MqttPresent ? " (it lacks Ks)" : "")}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.RunAsync(this, controls, () => new ClearText(), cancellationToken);
}
