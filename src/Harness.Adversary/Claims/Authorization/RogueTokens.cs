using Harness.Record;
using Harness.Schemes;
using Harness.Schemes.AugMqtt;
using Harness.Schemes.MqttAuth;

namespace Harness.Adversary.Claims.Authorization;

/// <summary>What a rogue account asks of the token service, and what it reads.</summary>
internal static class RogueTokens
{
    /// <summary>Asks for something with bytes of its choice.</summary>
    /// <returns>The answer's status. On a broker without a token service everything is granted: none is asked.</returns>
    public static async Task<TokenStatus> AskAsync(
        Ground ground, RogueClient rogue, TokenOperation operation, string topic, ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        if (ground.Scheme != SchemeNames.MqttAuth)
        {
            return TokenStatus.Granted;
        }

        var own = TokenTopics.Of(rogue.Client);
        await rogue.SubscribeAsync(own, cancellationToken).ConfigureAwait(false);
        var request = rogue.Hop.Seal(own, new TokenRequest(operation, topic, token).Encode());
        await rogue.PublishAsync(own, request, cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var message = await rogue.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            if (rogue.Hop.Open(message.Topic, message.Payload.Span, out var opened) == HopResult.Opened && message.Topic == own)
            {
                return TokenAnswer.TryDecode(opened, out var answer)
                    ? answer.Status
                    : throw new InconclusiveException("answer of the token service", "of the format", $"{opened.Length} other bytes");
            }
        }
    }

    /// <summary>What has reached the rogue by now, opened with what it holds; what does not open is left as it came.</summary>
    public static async Task<IReadOnlyList<byte[]>> ReadAsync(Ground ground, RogueClient rogue, CancellationToken cancellationToken)
    {
        var messages = await rogue.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return [.. messages.Where(m => m.Topic == ground.Topic).Select(m =>
            rogue.Hop.Open(m.Topic, m.Payload.Span, out var opened) == HopResult.Opened ? opened : m.Payload.ToArray())];
    }

    /// <summary>The authorization token of the ground's topic as it lies at the publisher: what leaks is this. Empty where the scheme has none.</summary>
    public static async Task<byte[]> LeakAsync(Ground ground, CancellationToken cancellationToken) => ground.Scheme == SchemeNames.MqttAuth
        ? await ground.Publisher.Party.Tokens.GiveAsync(ground.Topic, cancellationToken).ConfigureAwait(false)
        : [];

    /// <summary>The creator revokes a token; on a broker without a token service this says nothing to anybody.</summary>
    public static async Task RevokeAsync(Ground ground, TokenKind kind, CancellationToken cancellationToken)
    {
        if (ground.Scheme == SchemeNames.MqttAuth)
        {
            await Ground.Required("revocation by the creator", async () =>
                GroundTokens.Granted("revocation by the creator", await ground.Publisher.Required.RevokeAsync(kind, ground.Topic, cancellationToken).ConfigureAwait(false)))
                .ConfigureAwait(false);
        }
    }
}
