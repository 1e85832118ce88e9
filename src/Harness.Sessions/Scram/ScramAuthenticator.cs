namespace Harness.Sessions.Scram;

/// <summary>The broker's side of SCRAM-SHA-256 in MQTT 5 enhanced authentication.</summary>
/// <remarks>
/// A text that is no message of SCRAM, and a nonce or header that is not this exchange's, is 0x82; a user's name other than the ClientId 0x85; channel binding, which the
/// broker has none of, 0x8C. A name without an account, a wrong proof and a locked-out client run the whole exchange with the same work and get the same 0x87.
/// </remarks>
/// <param name="accounts">The accounts.</param>
/// <param name="lockout">When a client is locked out.</param>
/// <param name="time">The clock of the lock-out.</param>
/// <param name="ended">Takes the end of each login.</param>
internal sealed class ScramAuthenticator(ScramDirectory accounts, LockoutOptions lockout, TimeProvider time, Func<AuthenticationRequest, LoginOutcome, string?, LoginRecord> ended)
    : IEnhancedAuthenticator
{
    private readonly Lockout _lockout = new(lockout, time);

    public bool Supports(string method) => method == ScramClient.Method;

    public IAuthenticationExchange Begin(AuthenticationRequest request) =>
        Supports(request.Method) ? new Exchange(this, request) : throw new ArgumentException($"Method {request.Method} is not supported.", nameof(request));

    private sealed class Exchange(ScramAuthenticator owner, AuthenticationRequest request) : IAuthenticationExchange
    {
        private readonly int _unproved = request.IsReauthentication ? 0 : ~0; // as in AugPakeExchange: an open connection is outside the lock-out
        private ScramServer? _server;
        private ClientNumber _client;
        private LoginOutcome _refusal;
        private int _accept;
        private string? _accepted;
        private bool _over;

        public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => new(
            _over || _accepted is not null ? throw new InvalidOperationException($"{nameof(ScramAuthenticator)}: the exchange is over.")
            : _server is null ? TakeFirst(data.Span)
            : TakeFinal(_server, data.Span));

        public void Completed()
        {
            if (_over || _accepted is null)
            {
                throw new InvalidOperationException($"{nameof(ScramAuthenticator)}: nothing was accepted.");
            }

            _over = true;
            owner.Ended(request, LoginOutcome.Accepted, _accepted);
        }

        public void Dispose()
        {
            if (!_over)
            {
                _over = true;
                owner.Ended(request, LoginOutcome.Abandoned, null);
            }
        }

        private AuthenticationStep TakeFirst(ReadOnlySpan<byte> data)
        {
            if (!ScramClientFirst.TryDecode(data, out var first))
            {
                return Refuse(ReasonCode.ProtocolError, LoginOutcome.MalformedProof);
            }

            if (first.Binding == ScramBinding.Required)
            {
                return Refuse(ReasonCode.BadAuthenticationMethod, LoginOutcome.ChannelBinding);
            }

            if (first.Name != request.ClientId)
            {
                return Refuse(ReasonCode.ClientIdentifierNotValid, LoginOutcome.OtherName);
            }

            _client = owner.Accounts.Number(first.Name);
            var locked = owner._lockout.Locked(_client) & _unproved;
            var (credential, known) = owner.Accounts.Choose(first.Name, ~locked);
            _accept = known & ~locked;
            _refusal = (LoginOutcome)Choose(known, Choose(locked, (int)LoginOutcome.LockedOut, (int)LoginOutcome.WrongProof), (int)LoginOutcome.UnknownAccount);
            _server = new ScramServer(first, credential);
            return AuthenticationStep.Continue(_server.Challenge);
        }

        private AuthenticationStep TakeFinal(ScramServer server, ReadOnlySpan<byte> data)
        {
            if (!ScramClientFinal.TryDecode(data, out var final) || !server.Continues(final))
            {
                return Refuse(ReasonCode.ProtocolError, LoginOutcome.MalformedProof);
            }

            // Counted before it is judged: exchanges begun at once win no extra guess.
            var counted = owner._lockout.Begin(_client, _unproved);
            _refusal = (LoginOutcome)Choose(counted | ~_accept, (int)_refusal, (int)LoginOutcome.LockedOut);
            _accept &= counted;
            if (!server.TryVerify(final, (byte)counted) || _accept == 0)
            {
                return Refuse(ReasonCode.NotAuthorized, _refusal);
            }

            owner._lockout.Succeeded(_client, _unproved);
            _accepted = Crypto.Fingerprints.Of(server.Signature.Span);
            return AuthenticationStep.Success(server.Final());
        }

        private static int Choose(int mask, int ones, int zeros) => (ones & mask) | (zeros & ~mask);

        private AuthenticationStep Refuse(ReasonCode reason, LoginOutcome outcome)
        {
            _over = true;
            owner.Ended(request, outcome, null);
            return AuthenticationStep.Refuse(reason);
        }
    }

    private ScramDirectory Accounts => accounts;

    private void Ended(AuthenticationRequest request, LoginOutcome outcome, string? fingerprint) => ended(request, outcome, fingerprint);
}
