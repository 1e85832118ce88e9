namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>A broker's side of SCRAM that compares no proof and adds the same nonce in every exchange. It is a rogue broker where its accounts are made up. Only for controls and adversaries.</summary>
/// <param name="credential">Gives what it holds of a client.</param>
/// <param name="sign">Makes its last message; null signs as SCRAM does.</param>
/// <param name="challenge">Changes its first message; null for none.</param>
/// <param name="compares">True compares proofs all the same.</param>
internal sealed class TrustingScramBroker(
    Func<string, ScramCredential> credential, Func<ScramServer, byte[]>? sign = null, Func<string, string>? challenge = null, bool compares = false) : IEnhancedAuthenticator
{
    /// <summary>Number of last messages of clients that came.</summary>
    public int Proofs { get; private set; }

    /// <summary>A broker that logs in so, with the accounts that it has.</summary>
    /// <param name="options">Its options.</param>
    /// <param name="compares">True compares proofs: then the nonce alone is weak.</param>
    public static SecureBrokerOptions On(SecureBrokerOptions options, bool compares = false)
    {
        var accounts = options.ScramAccounts.ToDictionary(a => a.Client, a => a.Credential, StringComparer.Ordinal);
        var start = options.StartBroker;
        return options with
        {
            StartBroker = (mqtt, token) => start(mqtt with { Authenticator = new TrustingScramBroker(client => accounts[client], compares: compares) }, token),
        };
    }

    public bool Supports(string method) => method == ScramClient.Method;

    public IAuthenticationExchange Begin(AuthenticationRequest request) => new Exchange(this, request.ClientId);

    private sealed class Exchange(TrustingScramBroker owner, string client) : IAuthenticationExchange
    {
        private ScramServer? _server;

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
        {
            if (_server is null)
            {
                if (!ScramClientFirst.TryDecode(data.Span, out var first))
                {
                    return new(AuthenticationStep.Refuse(ReasonCode.ProtocolError));
                }

                _server = new ScramServer(first, owner.Credential(client), "always-the-same");
                return new(AuthenticationStep.Continue(owner.Challenge is { } change ? Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(_server.Challenge))) : _server.Challenge));
            }

            owner.Proofs++;
            var right = ScramClientFinal.TryDecode(data.Span, out var final) && _server.TryVerify(final);
            return new(owner.Compares && !right ? AuthenticationStep.Refuse(ReasonCode.NotAuthorized) : AuthenticationStep.Success(owner.Sign?.Invoke(_server) ?? _server.Final()));
        }

        public void Completed()
        {
        }

        public void Dispose()
        {
        }
    }

    private Func<string, ScramCredential> Credential => credential;

    private Func<ScramServer, byte[]>? Sign => sign;

    private Func<string, string>? Challenge => challenge;

    private bool Compares => compares;
}
