namespace Harness.Sessions.Login;

/// <summary>One exchange at the broker.</summary>
/// <remarks>
/// A wrong password, a name without an account and a locked-out client take one path: what stands for W, the counter that is touched and the
/// outcome that is noted are chosen by mask, never by a branch, from memory that is laid out alike for all three. A re-authentication is outside the
/// lock-out: it is neither refused by it, nor counted, nor does it clear the count of others' guesses.
/// </remarks>
internal sealed class AugPakeExchange(AugPakeAuthenticator owner, AuthenticationRequest request, AugPakeProfile profile, AugPakeGroup group, string? pseudonym = null, string? account = null)
    : IAuthenticationExchange
{
    private const int ProofLength = 32;

    private readonly string _name = account ?? request.ClientId;
    private State _state;
    private LoginOutcome _refusal = LoginOutcome.WrongProof;
    private ClientNumber _client;
    private int _acceptMask; // all ones where the right proof lets the client in, else 0

    // 0 on a connection that proved the key before, else all ones. Whoever only knows a name can lock it out; the owner's open connection is none of
    // his. A wrong proof there ends the connection, which the next login must prove anew, so that guesses need no further count.
    private readonly int _unprovedMask = request.IsReauthentication ? 0 : ~0;
    private AugPakeServer? _server;
    private SessionKey? _key;

    private enum State
    {
        AwaitsElement,
        AwaitsProof,
        Accepted,
        Ended,
    }

    public ValueTask<AuthenticationStep> NextAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => new(_state switch
    {
        State.AwaitsElement => TakeElement(data.Span),
        State.AwaitsProof => TakeProof(data.Span),
        _ => throw new InvalidOperationException($"{nameof(AugPakeExchange)}.{nameof(NextAsync)} in state {_state}; the exchange is over."),
    });

    public void Completed()
    {
        if (_state != State.Accepted || _key is null)
        {
            throw new InvalidOperationException($"{nameof(AugPakeExchange)}.{nameof(Completed)} in state {_state}; nothing was accepted.");
        }

        _state = State.Ended;
        var key = _key;
        _key = null;
        owner.Established(owner.Ended(request, LoginOutcome.Accepted, key.Fingerprint), key);
    }

    public void Dispose()
    {
        _server?.Dispose();
        _key?.Dispose();
        _key = null;
        if (_state != State.Ended)
        {
            _state = State.Ended;
            owner.Ended(request, LoginOutcome.Abandoned, null);
        }
    }

    private AuthenticationStep TakeElement(ReadOnlySpan<byte> x)
    {
        if (!group.IsAcceptable(x))
        {
            return Refuse(ReasonCode.ProtocolError, LoginOutcome.UnacceptableElement);
        }

        // The substitute is computed for every client, and is what a locked-out one runs with too: no right password shows while it is locked.
        var index = owner.Accounts.Index;
        var substitute = owner.FakeVerifier(group, _name, request.Method);
        _client = index.Number(_name);
        var locked = owner.Locked(_client) & _unprovedMask;
        var verifier = new byte[substitute.Length];
        var known = index.Choose(_name, request.Method, ~locked, substitute, verifier);
        _acceptMask = known & ~locked;
        _refusal = Outcome(known, locked);
        CryptographicOperations.ZeroMemory(substitute);
        try
        {
            _server = new AugPakeServer(group, profile, _name, owner.Accounts.Server, verifier, null, pseudonym);
            var y = _server.Respond(x);
            _state = State.AwaitsProof;
            return AuthenticationStep.Continue(new ServerHello(owner.Accounts.Server, y).Encode());
        }
        catch (AugPakeException)
        {
            return Refuse(ReasonCode.ProtocolError, LoginOutcome.UnacceptableElement);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(verifier);
        }
    }

    private AuthenticationStep TakeProof(ReadOnlySpan<byte> proof)
    {
        if (proof.Length != ProofLength)
        {
            return Refuse(ReasonCode.ProtocolError, LoginOutcome.MalformedProof);
        }

        // Counted before it is judged: exchanges begun at once win no extra guess. One that is not counted is judged on no proof at all,
        // which takes as long and is never right.
        var counted = owner.BeginProof(_client, _unprovedMask);
        _refusal = (LoginOutcome)Choose(counted | ~_acceptMask, (int)_refusal, (int)LoginOutcome.LockedOut);
        _acceptMask &= counted;
        Span<byte> judged = stackalloc byte[ProofLength];
        for (var i = 0; i < ProofLength; i++)
        {
            judged[i] = (byte)(proof[i] & counted);
        }

        if (!_server!.TryVerify(judged) || _acceptMask == 0)
        {
            return Refuse(ReasonCode.NotAuthorized, _refusal);
        }

        owner.ProofSucceeded(_client, _unprovedMask);
        var authenticator = _server.Authenticator;
        _key = _server.TakeKey();
        _state = State.Accepted;
        return AuthenticationStep.Success(authenticator);
    }

    private static LoginOutcome Outcome(int known, int locked) =>
        (LoginOutcome)Choose(known, Choose(locked, (int)LoginOutcome.LockedOut, (int)LoginOutcome.WrongProof), (int)LoginOutcome.UnknownAccount);

    private static int Choose(int mask, int ones, int zeros) => (ones & mask) | (zeros & ~mask);

    private AuthenticationStep Refuse(ReasonCode reason, LoginOutcome outcome)
    {
        _state = State.Ended;
        owner.Ended(request, outcome, null);
        return AuthenticationStep.Refuse(reason);
    }
}
