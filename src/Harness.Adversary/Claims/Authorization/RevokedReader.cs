using Harness.Adversary.Claims.Weak;
using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.MqttAuth;

namespace Harness.Adversary.Claims.Authorization;

/// <summary>Who was allowed to read goes on reading after its token was revoked.</summary>
internal sealed class RevokedReader : Attack
{
    private const string Rogue = "former-reader";

    public override AttackCard Card { get; } = new()
    {
        Id = "a-revoked-reader",
        Cell = new(Claim.Authorization, "revoked"),
        Schemes = [SchemeNames.MqttAuth],
        Precondition = "an account that held the authorization token, showed it and subscribed before the creator revoked it",
        Summary = "keeps its subscription, shows the token again, subscribes again, logs in again and shows it once more",
        Observation = "the plaintext of a message published after the revocation",
        Reference = "Calabretta et al. 2018, abstract (authorization token)",
        Control = "a broker that asks for no token, so that revoking one changes nothing (augmqtt)",
    };

    public override async Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken)
    {
        await ground.LogInAsync(cancellationToken).ConfigureAwait(false);
        var token = await GroundTokens.LeakAsync(ground, cancellationToken).ConfigureAwait(false);
        var rogue = await ground.RogueAsync(Rogue, cancellationToken).ConfigureAwait(false);
        var shown = await RogueTokens.AskAsync(ground, rogue, TokenOperation.Subscribe, ground.Topic, token, cancellationToken).ConfigureAwait(false);
        await rogue.SubscribeAsync(ground.Topic, cancellationToken).ConfigureAwait(false);
        var before = await Wire.DeliverAsync(ground, cancellationToken).ConfigureAwait(false);
        if (shown != TokenStatus.Granted || !(await RogueTokens.ReadAsync(ground, rogue, cancellationToken).ConfigureAwait(false)).Any(m => m.AsSpan().SequenceEqual(before)))
        {
            throw new InconclusiveException("reader before the revocation", "to read", $"{shown}, and nothing read");
        }

        await RogueTokens.RevokeAsync(ground, TokenKind.Authorization, cancellationToken).ConfigureAwait(false);
        var tries = new List<string>();
        async Task<bool> ReadsAsync(string how, RogueClient reader)
        {
            var secret = Wire.Reading(ground.Random);
            await ground.PublishAsync(secret, cancellationToken).ConfigureAwait(false);
            var read = await RogueTokens.ReadAsync(ground, reader, cancellationToken).ConfigureAwait(false);
            var reads = read.Any(m => m.AsSpan().SequenceEqual(secret));
            tries.Add($"{how}: {(reads ? $"reads {Wire.Quote(secret)}" : $"{read.Count} payloads")}");
            return reads;
        }

        var won = await ReadsAsync("with its subscription kept", rogue).ConfigureAwait(false);
        var again = await RogueTokens.AskAsync(ground, rogue, TokenOperation.Subscribe, ground.Topic, token, cancellationToken).ConfigureAwait(false);
        var reason = await rogue.SubscribeAsync(ground.Topic, cancellationToken).ConfigureAwait(false);
        won |= await ReadsAsync($"token shown again ({again}), subscribed again (0x{(byte)reason:X2})", rogue).ConfigureAwait(false);

        var other = await ground.RogueAsync(Rogue + "-again", cancellationToken).ConfigureAwait(false);
        again = await RogueTokens.AskAsync(ground, other, TokenOperation.Subscribe, ground.Topic, token, cancellationToken).ConfigureAwait(false);
        reason = await other.SubscribeAsync(ground.Topic, cancellationToken).ConfigureAwait(false);
        won |= await ReadsAsync($"on a new connection ({again}, 0x{(byte)reason:X2})", other).ConfigureAwait(false);
        return new AttackResult(won, string.Join("; ", tries));
    }

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        WeakGrounds.AsPublishedAsync(this, grounds, SchemeNames.AugMqtt, cancellationToken);
}
