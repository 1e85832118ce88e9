namespace Harness.Crypto.AugPake;

/// <summary>AugPAKE's server, for one handshake: <see cref="Respond"/>, <see cref="TryVerify"/>, then <see cref="Authenticator"/> and <see cref="TakeKey"/>.</summary>
/// <remarks>
/// Source: RFC 6628 section 2.3.2. V_S exists for a caller only after V_C verified: before, it would allow an offline dictionary.
/// Y = (X·W^r)^y is computed as written, W^r, product, power: with the power for K that is three exponentiations. The
/// rearrangement X^y·W^(ry) has as many and gains only by raising both at once, which no library here does in constant time.
/// Not thread-safe; calls in another order are an <see cref="InvalidOperationException"/>.
/// </remarks>
public sealed class AugPakeServer : IDisposable
{
    private readonly AugPakeGroup _group;
    private readonly AugPakeTranscript _transcript;
    private readonly byte[] _w;
    private readonly byte[] _expected = new byte[AugPakeTranscript.AuthenticatorLength];
    private readonly byte[] _authenticator = new byte[AugPakeTranscript.AuthenticatorLength];
    private readonly byte[] _key = new byte[SessionKey.Length];
    private readonly HandshakeProgress _progress;
    private bool _keyTaken;

    /// <summary>Prepares a handshake.</summary>
    /// <param name="group">The group.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="client">C, the name the client claims.</param>
    /// <param name="server">S, this server's name.</param>
    /// <param name="verifierW">W of that client, from <see cref="Verifier.ComputeW"/>; copied.</param>
    /// <param name="innerTopic">The topic of an inner run (profile framed only), else null.</param>
    /// <param name="pseudonym">The one-time name under which the client comes (profile framed only), bound to every message of the run; else null.</param>
    /// <exception cref="ArgumentException">W is no acceptable element, or a name is no valid Unicode.</exception>
    public AugPakeServer(
        AugPakeGroup group,
        AugPakeProfile profile,
        string client,
        string server,
        ReadOnlySpan<byte> verifierW,
        string? innerTopic = null,
        string? pseudonym = null)
    {
        _transcript = new AugPakeTranscript(group, profile, client, server, innerTopic, pseudonym);
        _group = group;
        if (!group.IsAcceptable(verifierW))
        {
            throw new ArgumentException(
                $"The verifier W ({verifierW.Length} bytes) is no acceptable element of {group.Name}; enrol the client again.",
                nameof(verifierW));
        }

        _w = HandshakeSecrets.Copy(verifierW);
        _progress = new HandshakeProgress(
            nameof(AugPakeServer), "server", "Respond, TryVerify, then Authenticator and TakeKey", _w, _expected, _authenticator, _key);
    }

    /// <summary>V_S, 32 bytes.</summary>
    /// <exception cref="InvalidOperationException">V_C has not been verified.</exception>
    public byte[] Authenticator
    {
        get
        {
            _progress.Require(HandshakeState.Verified, nameof(Authenticator));
            return [.. _authenticator];
        }
    }

    /// <summary>Takes X, gives Y.</summary>
    /// <param name="x">X from the client.</param>
    /// <returns>Y, the group's element length.</returns>
    /// <exception cref="AugPakeException">BadElement or IdentityElement: the handshake has ended.</exception>
    public byte[] Respond(ReadOnlySpan<byte> x)
    {
        _progress.Require(HandshakeState.New, nameof(Respond));
        var y = _group.DrawScalar();
        try
        {
            return RespondWith(x, y);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(y);
        }
    }

    /// <summary>Responds with a given y, like <see cref="Respond(ReadOnlySpan{byte})"/>: for known answers only.</summary>
    /// <param name="x">X from the client.</param>
    /// <param name="y">The scalar, big-endian, in the group's ephemeral range; leading zeros may be left out.</param>
    /// <returns>Y.</returns>
    /// <exception cref="ArgumentException">y is out of range.</exception>
    /// <exception cref="AugPakeException">As <see cref="Respond(ReadOnlySpan{byte})"/>.</exception>
    public byte[] RespondWithKnownScalar(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        _progress.Require(HandshakeState.New, nameof(RespondWithKnownScalar));
        var scalar = _group.Known(y)
            ?? throw new ArgumentException($"y ({y.Length} bytes) is outside the range of {_group.Name}.", nameof(y));
        try
        {
            return RespondWith(x, scalar);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(scalar);
        }
    }

    /// <summary>Takes V_C; compares in constant time. A handshake has one attempt.</summary>
    /// <param name="vc">V_C from the client.</param>
    /// <returns>False where V_C is wrong or of another length: the handshake has ended and every secret is cleared.</returns>
    public bool TryVerify(ReadOnlySpan<byte> vc)
    {
        _progress.Require(HandshakeState.Responded, nameof(TryVerify));
        if (!CryptographicOperations.FixedTimeEquals(_expected, vc))
        {
            _progress.End(HandshakeState.Failed);
            return false;
        }

        _progress.State = HandshakeState.Verified;
        return true;
    }

    /// <summary>Hands over SK, once.</summary>
    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="InvalidOperationException">V_C has not been verified, or the key was taken before.</exception>
    public SessionKey TakeKey()
    {
        _progress.Require(HandshakeState.Verified, nameof(TakeKey));
        if (_keyTaken)
        {
            throw new InvalidOperationException("AugPakeServer.TakeKey: the key was taken before (state Verified); it is given once.");
        }

        _keyTaken = true;
        var key = new SessionKey(_key);
        CryptographicOperations.ZeroMemory(_key);
        return key;
    }

    /// <summary>Clears every secret.</summary>
    public void Dispose() => _progress.End(HandshakeState.Disposed);

    /// <summary>Every secret held now, so that a test can check that none is left.</summary>
    internal IReadOnlyList<byte[]> Secrets => _progress.Secrets;

    private byte[] RespondWith(ReadOnlySpan<byte> x, ReadOnlySpan<byte> scalar)
    {
        byte[] blinded = [];
        byte[] k = [];
        try
        {
            if (!_group.IsAcceptable(x))
            {
                throw new AugPakeException(AugPakeFailure.BadElement, $"X ({x.Length} bytes) is no acceptable element of {_group.Name}");
            }

            blinded = Blind(x);
            var y = _group.Power(blinded, scalar);
            k = _group.PowerOfGenerator(scalar);
            HandshakeSecrets.Move(_transcript.ClientAuthenticator(x, y, k), _expected);
            HandshakeSecrets.Move(_transcript.ServerAuthenticator(x, y, k), _authenticator);
            HandshakeSecrets.Move(_transcript.Key(x, y, k), _key);
            CryptographicOperations.ZeroMemory(_w);
            _progress.State = HandshakeState.Responded;
            return y;
        }
        catch
        {
            _progress.End(HandshakeState.Failed);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(blinded);
            CryptographicOperations.ZeroMemory(k);
        }
    }

    /// <summary>X·W^r. Y = (X·W^r)^y is the identity only where this product is the identity, or has order 2 (modp, X outside the subgroup).</summary>
    private byte[] Blind(ReadOnlySpan<byte> x)
    {
        var wr = _group.Power(_w, _transcript.R(x));
        try
        {
            var product = _group.Multiply(x, wr);
            return _group.IsAcceptable(product)
                ? product
                : throw new AugPakeException(AugPakeFailure.IdentityElement, "X·W^r has order 2");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(wr);
        }
    }
}
