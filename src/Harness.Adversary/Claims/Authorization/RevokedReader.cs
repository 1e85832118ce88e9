namespace Harness.Adversary.Claims.Authorization;

/// <summary>A reader goes on reading after its token was revoked.</summary>
[Attack("a-revoked-reader", Order = 4)]
internal sealed class RevokedReader : Attack
{
    private const string Rogue = "former-reader";

    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.Authorization, "revoked"),
        Schemes = SchemeSets.WithGrants,
        Precondition = "an account that held the authorization token, showed it and subscribed before the creator revoked it; under hardened a subscriber that held the keys of the epoch",
        Summary = "keeps its subscription, shows the token again, subscribes again, logs in again and shows it once more; under hardened starts a pair run again",
        Observation = "the plaintext of a message published after the revocation",
        Reference = "Calabretta et al. 2018, abstract (authorization token); src/Harness.Schemes/Hardened/HARDENED.md, states",
        Control = "a broker that asks for no token, so that revoking one changes nothing (augmqtt)",
    };

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with { WithSecondSubscriber = options.Scheme == SchemeNames.Hardened };
    }

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        if (testbed.Scheme == SchemeNames.Hardened)
        {
            return await OfEpochAsync(testbed, cancellationToken).ConfigureAwait(false);
        }

        var token = await testbed.LeakTokenAsync(cancellationToken).ConfigureAwait(false);
        var rogue = await testbed.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var shown = await RogueTokens.AskAsync(testbed, rogue, TokenOperation.Subscribe, testbed.Topic, token, cancellationToken).ConfigureAwait(false);
        await rogue.SubscribeAsync(testbed.Topic, cancellationToken).ConfigureAwait(false);
        var before = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        if (shown != TokenStatus.Granted || !(await RogueTokens.ReadAsync(testbed, rogue, cancellationToken).ConfigureAwait(false)).Any(m => m.AsSpan().SequenceEqual(before)))
        {
            throw new InconclusiveException("reader before the revocation", "to read", $"{shown}, and nothing read");
        }

        await RogueTokens.RevokeAsync(testbed, TokenKind.Authorization, cancellationToken).ConfigureAwait(false);
        var tries = new List<string>();
        async Task<bool> ReadsAsync(string how, RogueClient reader)
        {
            var secret = PayloadTraffic.Reading(testbed.Random);
            await testbed.PublishAsync(secret, cancellationToken).ConfigureAwait(false);
            var read = await RogueTokens.ReadAsync(testbed, reader, cancellationToken).ConfigureAwait(false);
            var reads = read.Any(m => m.AsSpan().SequenceEqual(secret));
            tries.Add($"{how}: {(reads ? $"reads {PayloadTraffic.Quote(secret)}" : $"{read.Count} payloads")}");
            return reads;
        }

        var won = await ReadsAsync("with its subscription kept", rogue).ConfigureAwait(false);
        var again = await RogueTokens.AskAsync(testbed, rogue, TokenOperation.Subscribe, testbed.Topic, token, cancellationToken).ConfigureAwait(false);
        var reason = await rogue.SubscribeAsync(testbed.Topic, cancellationToken).ConfigureAwait(false);
        won |= await ReadsAsync($"token shown again ({again}), subscribed again (0x{(byte)reason:X2})", rogue).ConfigureAwait(false);

        var other = await testbed.RogueAsync(Rogue + "-again", cancellationToken).ConfigureAwait(false);
        again = await RogueTokens.AskAsync(testbed, other, TokenOperation.Subscribe, testbed.Topic, token, cancellationToken).ConfigureAwait(false);
        reason = await other.SubscribeAsync(testbed.Topic, cancellationToken).ConfigureAwait(false);
        won |= await ReadsAsync($"on a new connection ({again}, 0x{(byte)reason:X2})", other).ConfigureAwait(false);
        return new AttackResult(won, string.Join("; ", tries));
    }

    private static async Task<AttackResult> OfEpochAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        using var insider = await InsiderReader.JoinAsync(testbed, testbed.SecondSubscriber, cancellationToken).ConfigureAwait(false);
        var before = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        if (!(await insider.ReadAsync(cancellationToken).ConfigureAwait(false)).Any(m => m.AsSpan().SequenceEqual(before)))
        {
            throw new InconclusiveException("reader before the revocation", "to read", "nothing read");
        }

        await testbed.UndisturbedAsync(
            "revocation by the publisher", () => testbed.Publisher.RequiredSession.RevokeAsync(testbed.SecondSubscriber.Client, cancellationToken)).ConfigureAwait(false);
        await testbed.WaitForKeysAsync(cancellationToken).ConfigureAwait(false);
        await insider.Client.SubscribeAsync(testbed.WireTopic, cancellationToken).ConfigureAwait(false);
        var secret = await PayloadTraffic.DeliverAsync(testbed, cancellationToken).ConfigureAwait(false);
        var came = testbed.Tap.Values(PayloadTraffic.OnTheWire(testbed, PacketDirection.ToBroker))[^1];
        var read = await insider.ReadAsync(cancellationToken).ConfigureAwait(false);
        var again = await insider.IsAnsweredAsync(cancellationToken).ConfigureAwait(false);
        return new AttackResult(
            read.Any(m => m.AsSpan().SequenceEqual(secret)) || insider.Opens(came, secret) || again,
            $"subscribed to the next epoch's topic it opened {read.Count} of what came; its next pair run was {(again ? "answered" : "not answered")}");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.AsPublishedAsync(this, controls, SchemeNames.AugMqtt, cancellationToken);
}
