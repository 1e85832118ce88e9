namespace Harness.Schemes;

/// <summary>The tokens of a <see cref="HostParty"/>, under its lock.</summary>
internal sealed class HostTokens(HostParty party) : ITokenHolder
{
    private readonly Dictionary<(TokenKind Kind, string Topic), byte[]> _held = [];

    public ValueTask<byte[]> RequestAsync(TokenOperation operation, string topic, TokenKind kind, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(party.WithHop((hop, client) =>
        {
            party.CheckTopic(topic);
            ReadOnlyMemory<byte> token = operation switch
            {
                TokenOperation.Create => default,
                TokenOperation.Publish => Held(TokenKind.Authentication, topic),
                TokenOperation.Subscribe => Held(TokenKind.Authorization, topic),
                _ => Held(kind, topic),
            };
            var request = new TokenRequest(operation, topic, token).Encode();
            var sealedRequest = hop.Seal(TokenTopics.Of(client), request);
            CryptographicOperations.ZeroMemory(request);
            return sealedRequest;
        }));
    }

    public ValueTask<TokenOutcome> TakeAnswerAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(party.WithHop((hop, client) =>
        {
            var result = hop.Open(TokenTopics.Of(client), payload.Span, out var opened);
            if (result != HopResult.Opened)
            {
                throw party.Refuse(result == HopResult.Replay ? PartyRefusal.Replay : PartyRefusal.BadTag, "answer of the token service");
            }

            try
            {
                return TokenAnswer.TryDecode(opened, out var answer)
                    ? Keep(answer)
                    : throw party.Refuse(PartyRefusal.BadKey, "no answer of the token service");
            }
            finally
            {
                CryptographicOperations.ZeroMemory(opened);
            }
        }));
    }

    public ValueTask<byte[]> GiveAsync(string topic, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(party.WithHop((_, _) =>
        {
            party.CheckTopic(topic);
            return Held(TokenKind.Authorization, topic).ToArray();
        }));
    }

    public ValueTask<string> TakeAsync(TokenKind kind, string topic, ReadOnlyMemory<byte> token, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return token.Length == TokenRequest.TokenLength
            ? new(party.WithHop((_, _) =>
            {
                party.CheckTopic(topic);
                return Put(kind, topic, token.Span);
            }))
            : throw new ArgumentException($"a token has {TokenRequest.TokenLength} bytes, not {token.Length}", nameof(token));
    }

    /// <summary>Wipes all tokens.</summary>
    public void Forget()
    {
        foreach (var token in _held.Values)
        {
            CryptographicOperations.ZeroMemory(token);
        }

        _held.Clear();
    }

    private TokenOutcome Keep(TokenAnswer answer)
    {
        if (answer.Tokens.Length == 0)
        {
            return new TokenOutcome(answer.Operation, answer.Status, answer.Topic);
        }

        var authentication = answer.Tokens.Span[..TokenRequest.TokenLength];
        var authorization = answer.Tokens.Span[TokenRequest.TokenLength..];
        return new TokenOutcome(
            answer.Operation, answer.Status, answer.Topic, Put(TokenKind.Authentication, answer.Topic, authentication),
            Put(TokenKind.Authorization, answer.Topic, authorization));
    }

    private string Put(TokenKind kind, string topic, ReadOnlySpan<byte> token)
    {
        if (_held.Remove((kind, topic), out var before))
        {
            CryptographicOperations.ZeroMemory(before);
        }

        _held[(kind, topic)] = token.ToArray();
        return Fingerprints.Of(token);
    }

    private byte[] Held(TokenKind kind, string topic) => _held.TryGetValue((kind, topic), out var token)
        ? token
        : throw party.Refuse(PartyRefusal.State, $"no {(kind == TokenKind.Authentication ? "authentication" : "authorization")} token of {topic}");
}
