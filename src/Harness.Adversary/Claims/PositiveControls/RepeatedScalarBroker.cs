namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>A broker's side of AugPAKE that draws the same y in every handshake: a recorded X and V_C fit again.</summary>
public sealed class RepeatedScalarBroker(string server, IReadOnlyList<Account> accounts) : IEnhancedAuthenticator
{
    /// <summary>A broker that logs in so.</summary>
    public static SecureBrokerOptions On(SecureBrokerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var authenticator = new RepeatedScalarBroker(options.ServerName, options.Accounts);
        var start = options.StartBroker;
        return options with { StartBroker = (mqtt, token) => start(mqtt with { Authenticator = authenticator }, token) };
    }

    /// <inheritdoc/>
    public bool Supports(string method) => AugPakeMethod.TryParse(method, out _, out _);

    /// <inheritdoc/>
    public IAuthenticationExchange Begin(AuthenticationRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new Exchange(server, accounts.First(a => a.Client == request.ClientId && a.Method == request.Method));
    }

    private sealed class Exchange(string server, Account account) : IAuthenticationExchange
    {
        private readonly AugPakeServer _augPake = new(account.Group, account.Profile, account.Client, server, account.Verifier.Span);
        private bool _answered;

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            if (!_answered)
            {
                _answered = true;
                return new(AuthenticationStep.Continue(new ServerHello(server, _augPake.RespondWithKnownScalar(data.Span, [0x2A])).Encode()));
            }

            return new(_augPake.TryVerify(data.Span)
                ? AuthenticationStep.Success(_augPake.Authenticator)
                : AuthenticationStep.Refuse(ReasonCode.NotAuthorized));
        }

        public void Completed()
        {
        }

        public void Dispose() => _augPake.Dispose();
    }
}
