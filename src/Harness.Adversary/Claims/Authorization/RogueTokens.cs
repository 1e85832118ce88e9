namespace Harness.Adversary.Claims.Authorization;

/// <summary>Requests of a rogue account to the token service, and its readings.</summary>
internal static class RogueTokens
{
    /// <summary>Asks for something with bytes of its choice.</summary>
    /// <returns>The answer's status. On a broker without a token service everything is granted: none is asked.</returns>
    public static async Task<TokenStatus> AskAsync(
        AttackTestbed testbed, RogueClient rogue, TokenOperation operation, string topic, ReadOnlyMemory<byte> token, CancellationToken cancellationToken) =>
        testbed.Scheme == SchemeNames.MqttAuth
            ? (await AnswerAsync(rogue, operation, topic, token, cancellationToken).ConfigureAwait(false)).Status
            : TokenStatus.Granted;

    /// <summary>Creates a topic of the rogue's own and shows both its tokens: it has rights, but none that touch the testbed's topic.</summary>
    /// <exception cref="InconclusiveException">It was refused what is its own.</exception>
    public static async Task CreateOwnAsync(AttackTestbed testbed, RogueClient rogue, CancellationToken cancellationToken)
    {
        if (testbed.Scheme != SchemeNames.MqttAuth)
        {
            return;
        }

        var topic = "rogue/" + rogue.Client;
        var created = await AnswerAsync(rogue, TokenOperation.Create, topic, default, cancellationToken).ConfigureAwait(false);
        if (created.Tokens.Length != 2 * TokenRequest.TokenLength)
        {
            throw new InconclusiveException("topic of the rogue's own", "created", created.Status.ToString());
        }

        foreach (var (operation, token) in new[]
        {
            (TokenOperation.Publish, created.Tokens[..TokenRequest.TokenLength]), (TokenOperation.Subscribe, created.Tokens[TokenRequest.TokenLength..]),
        })
        {
            var shown = await AnswerAsync(rogue, operation, topic, token, cancellationToken).ConfigureAwait(false);
            if (shown.Status != TokenStatus.Granted)
            {
                throw new InconclusiveException($"{operation} on a topic of the rogue's own", "granted", shown.Status.ToString());
            }
        }
    }

    private static async Task<TokenAnswer> AnswerAsync(
        RogueClient rogue, TokenOperation operation, string topic, ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {

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
                    ? answer
                    : throw new InconclusiveException("answer of the token service", "of the format", $"{opened.Length} other bytes");
            }
        }
    }

    /// <summary>Messages that have reached the rogue by now, opened where its keys fit and left as they came otherwise.</summary>
    public static async Task<IReadOnlyList<byte[]>> ReadAsync(AttackTestbed testbed, RogueClient rogue, CancellationToken cancellationToken)
    {
        var messages = await rogue.ReadAllAsync(cancellationToken).ConfigureAwait(false);
        return [.. messages.Where(m => testbed.IsWireTopic(m.Topic)).Select(m =>
            rogue.Hop.Open(m.Topic, m.Payload.Span, out var opened) == HopResult.Opened ? opened : m.Payload.ToArray())];
    }

    /// <summary>The creator revokes a token; on a broker without a token service this says nothing to anybody.</summary>
    public static async Task RevokeAsync(AttackTestbed testbed, TokenKind kind, CancellationToken cancellationToken)
    {
        if (testbed.Scheme == SchemeNames.MqttAuth)
        {
            await testbed.UndisturbedAsync("revocation by the creator", async () =>
                SchemeTestbed.Require(await testbed.Publisher.RequiredSession.RevokeAsync(kind, testbed.Topic, cancellationToken).ConfigureAwait(false)))
                .ConfigureAwait(false);
        }
    }
}
