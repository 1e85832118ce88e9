namespace Harness.Sessions;

/// <content>The token service of MQTT-Auth.</content>
public sealed partial class DeviceSession
{
    private readonly Channel<Func<TokenOutcome>> _outcomes = Channel.CreateBounded<Func<TokenOutcome>>(
        new BoundedChannelOptions(16) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly SemaphoreSlim _asking = new(1, 1);
    private readonly List<InboundMessage> _unopened = [];

    /// <summary>The device's tokens, for what travels by the secondary channel.</summary>
    public ITokenHolder Tokens => _party.Tokens;

    /// <summary>Creates a topic: the device then holds its authentication and its authorization token. Neither gives a right before it is shown.</summary>
    /// <exception cref="PartyRefusedException">UNSUPPORTED scheme; or the device refused the answer.</exception>
    /// <exception cref="SessionException">Timed out, refused on its way, or the connection ended. What the token service refuses is an outcome.</exception>
    public Task<TokenOutcome> CreateTopicAsync(string topic, CancellationToken cancellationToken) =>
        AskAsync(TokenOperation.Create, TokenKind.Authentication, topic, cancellationToken);

    /// <summary>Shows the device's token of a topic: <see cref="TokenOperation.Publish"/> for the right to publish, <see cref="TokenOperation.Subscribe"/> to read.</summary>
    /// <exception cref="PartyRefusedException">STATE: the device holds no such token.</exception>
    /// <inheritdoc cref="CreateTopicAsync" path="/exception"/>
    public Task<TokenOutcome> ShowTokenAsync(TokenOperation operation, string topic, CancellationToken cancellationToken) =>
        operation is TokenOperation.Publish or TokenOperation.Subscribe
            ? AskAsync(operation, operation == TokenOperation.Publish ? TokenKind.Authentication : TokenKind.Authorization, topic, cancellationToken)
            : throw new ArgumentOutOfRangeException(nameof(operation), operation, "a token is shown to publish or to subscribe");

    /// <summary>Revokes a token of a topic that the device created; the rights of whoever showed it end at once.</summary>
    /// <inheritdoc cref="ShowTokenAsync" path="/exception"/>
    public Task<TokenOutcome> RevokeAsync(TokenKind kind, string topic, CancellationToken cancellationToken) =>
        AskAsync(TokenOperation.Revoke, kind, topic, cancellationToken);

    private async Task<TokenOutcome> AskAsync(TokenOperation operation, TokenKind kind, string topic, CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (_outcomes.Reader.TryRead(out _))
            {
                // The answer to a request that was given up.
            }

            await SealAndPublishAsync(
                TokenTopics.Of(Client), async () => await _party.Tokens.RequestAsync(operation, topic, kind, cancellationToken).ConfigureAwait(false),
                QualityOfService.AtLeastOnce, retain: false, cancellationToken).ConfigureAwait(false);
            return await _waits.WithinAsync($"ask the token service to {operation.ToString().ToLowerInvariant()} {topic}", _options.LoginTimeout, async token =>
            {
                while (true)
                {
                    var outcome = (await _outcomes.Reader.ReadAsync(token).ConfigureAwait(false))();
                    if (outcome.Status == TokenStatus.Malformed || (outcome.Operation == operation && outcome.Topic == topic))
                    {
                        return outcome;
                    }
                }
            }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <summary>An answer of the token service, opened in the order in which the broker sealed.</summary>
    private async Task TakeAnswerAsync(ReadOnlyMemory<byte> payload)
    {
        foreach (var earlier in _unopened.Where(m => !m.IsSettled))
        {
            // The reader gets the reason of the refusal.
            await ((Task)earlier.OpenAsync(_party, _stopping.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _unopened.Clear();
        try
        {
            var outcome = await _party.Tokens.TakeAnswerAsync(payload, _stopping.Token).ConfigureAwait(false);
            _outcomes.Writer.TryWrite(() => outcome);
        }
        catch (PartyRefusedException e)
        {
            var refused = System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(e);
            _outcomes.Writer.TryWrite(() =>
            {
                refused.Throw();
                throw e;
            });
        }
    }
}
