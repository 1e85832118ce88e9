using System.Security.Cryptography;
using Harness.Crypto;
using Harness.Mqtt;

namespace Harness.Sessions.Login;

/// <summary>One exchange at the broker.</summary>
internal sealed class AugPakeExchange(AugPakeAuthenticator owner, AuthenticationRequest request, AugPakeProfile profile, AugPakeGroup group)
    : IAuthenticationExchange
{
    private const int ProofLength = 32;

    private State _state;
    private LoginOutcome _refusal = LoginOutcome.WrongProof;
    private bool _isKnown;
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

        // Computed for every client, so that a name without an account takes no longer than one that has one; and copied for every one.
        var fake = owner.FakeVerifier(group, request.ClientId, request.Method);
        var account = owner.Accounts.Find(request.ClientId, request.Method);
        var locked = owner.IsLocked(request.ClientId);

        // Asked here and not when V_C comes, where nothing else would cover the few nanoseconds that a hit takes longer than a miss.
        _isKnown = owner.Accounts.Knows(request.ClientId);
        _refusal = account is null ? LoginOutcome.UnknownAccount : locked ? LoginOutcome.LockedOut : LoginOutcome.WrongProof;
        var verifier = (_refusal == LoginOutcome.WrongProof ? account!.Verifier : fake).ToArray();
        CryptographicOperations.ZeroMemory(fake);
        try
        {
            _server = new AugPakeServer(group, profile, request.ClientId, owner.Accounts.Server, verifier);
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

        // Counted before it is judged: exchanges begun at once win no extra guess.
        var counted = owner.TryBeginProof(request.ClientId, _isKnown);
        if (!counted && _refusal == LoginOutcome.WrongProof)
        {
            _refusal = LoginOutcome.LockedOut;
        }

        var verified = _server!.TryVerify(proof);
        if (!verified || _refusal != LoginOutcome.WrongProof)
        {
            return Refuse(ReasonCode.NotAuthorized, _refusal);
        }

        owner.ProofSucceeded(request.ClientId);
        var authenticator = _server.Authenticator;
        _key = _server.TakeKey();
        _state = State.Accepted;
        return AuthenticationStep.Success(authenticator);
    }

    private AuthenticationStep Refuse(ReasonCode reason, LoginOutcome outcome)
    {
        _state = State.Ended;
        owner.Ended(request, outcome, null);
        return AuthenticationStep.Refuse(reason);
    }
}
