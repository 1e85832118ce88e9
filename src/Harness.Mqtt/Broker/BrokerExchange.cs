namespace Harness.Mqtt.Broker;

/// <summary>Runs one authenticator's exchange and contains its faults: an exception is refused with 0x80 and reported, an invalid answer is corrected.</summary>
internal sealed class BrokerExchange : IDisposable
{
    private readonly IAuthenticationExchange _exchange;
    private readonly AuthenticationRequest _request;
    private readonly HookGuard _hooks;
    private int _disposed;

    private BrokerExchange(IAuthenticationExchange exchange, AuthenticationRequest request, HookGuard hooks)
        => (_exchange, _request, _hooks) = (exchange, request, hooks);

    /// <summary>Authentication Method of the exchange.</summary>
    public string Method => _request.Method;

    /// <summary>Begins the exchange; null and the reason where it cannot.</summary>
    public static BrokerExchange? Begin(IEnhancedAuthenticator? authenticator, AuthenticationRequest request, HookGuard hooks, out ReasonCode refusal)
    {
        refusal = ReasonCode.BadAuthenticationMethod;
        try
        {
            if (authenticator is null || !authenticator.Supports(request.Method))
            {
                return null;
            }

            if (request.ClientId.Length == 0)
            {
                refusal = ReasonCode.ClientIdentifierNotValid;
                return null;
            }

            refusal = ReasonCode.Success;
            return new BrokerExchange(authenticator.Begin(request), request, hooks);
        }
        catch (Exception e)
        {
            // The authenticator is foreign code at the broker's boundary.
            hooks.Fault(request.ClientId, request.Remote, "IEnhancedAuthenticator", e);
            refusal = ReasonCode.UnspecifiedError;
            return null;
        }
    }

    /// <summary>Gets the next answer: 0x18 or 0x00 with data, or a reason of 0x80 and above.</summary>
    public async ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await ReadingThread.Leave();

            // WaitAsync, because an authenticator that ignores its token must not hold the connection open.
            var step = await _exchange.NextAsync(data, cancellationToken).AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            if (step.Reason >= ReasonCode.UnspecifiedError)
            {
                return step;
            }

            // A forgotten return value is the struct's default, whose reason reads 0x00; it counts as a fault, as only Success(data) and Continue(data) carry data.
            return step is { Data: not null, Reason: ReasonCode.Success or ReasonCode.ContinueAuthentication }
                ? step
                : throw new InvalidOperationException($"IAuthenticationExchange.NextAsync: returned reason 0x{(byte)step.Reason:X2} without data; use AuthenticationStep.Continue, Success or Refuse.");
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            _hooks.Fault(_request.ClientId, _request.Remote, "IAuthenticationExchange.NextAsync", e);
            return AuthenticationStep.Refuse(ReasonCode.UnspecifiedError);
        }
    }

    /// <summary>Completes the exchange; false where it threw: the state of the keys that it should have taken over is unknown.</summary>
    public bool Complete()
    {
        try
        {
            _exchange.Completed();
            return true;
        }
        catch (Exception e)
        {
            _hooks.Fault(_request.ClientId, _request.Remote, "IAuthenticationExchange.Completed", e);
            return false;
        }
    }

    public AuthPacket Answer(AuthenticationStep step) => new()
    {
        Reason = step.Reason,
        AuthenticationMethod = Method,
        AuthenticationData = step.Data,
    };

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            _exchange.Dispose();
        }
        catch (Exception e)
        {
            _hooks.Fault(_request.ClientId, _request.Remote, "IAuthenticationExchange.Dispose", e);
        }
    }
}
