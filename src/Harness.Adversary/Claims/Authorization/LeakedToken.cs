namespace Harness.Adversary.Claims.Authorization;

/// <summary>A token that leaked is shown by an account it was never meant for.</summary>
[Attack("a-leaked-token", Order = 6)]
internal sealed class LeakedToken : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Authorization, "leaked"),
        Schemes = SchemeSets.MqttAuth,
        Precondition = "a valid account of its own, and the 16 bytes of an authorization token that was handed to another",
        Summary = "shows the token in its own name and subscribes",
        Observation = "the plaintext of the publisher's next message",
        Reference = "Calabretta et al. 2018, abstract; design rule: a token is a bearer's",
        Control = "a broker that asks for no token (augmqtt)",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        var token = await testbed.LeakTokenAsync(cancellationToken).ConfigureAwait(false);
        var rogue = await testbed.RogueAsync("thief", cancellationToken).ConfigureAwait(false);
        var shown = await RogueTokens.AskAsync(testbed, rogue, TokenOperation.Subscribe, testbed.Topic, token, cancellationToken).ConfigureAwait(false);
        var reason = await rogue.SubscribeAsync(testbed.Topic, cancellationToken).ConfigureAwait(false);
        var reading = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var read = await RogueTokens.ReadAsync(testbed, rogue, cancellationToken).ConfigureAwait(false);
        var won = read.Any(m => m.AsSpan().SequenceEqual(reading));
        return new AttackResult(won, $"another account's token was {shown}, its subscription got 0x{(byte)reason:X2}; it {(won ? $"reads {PayloadTraffic.Quote(reading)}" : $"got {read.Count} payloads")}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.AsPublishedAsync(this, controls, SchemeNames.AugMqtt, cancellationToken);
}
