namespace Harness.Crypto.AugPake;

/// <summary>AugPAKE's client, for one handshake: <see cref="Start"/>, <see cref="Respond"/>, <see cref="Finish"/> (RFC 6628 section 2.3.2).</summary>
/// <remarks>
/// Two exponentiations. Not thread-safe. Calls in another order are an <see cref="InvalidOperationException"/>. After a failure or
/// <see cref="Dispose"/> every secret here is cleared; the password string itself is the caller's and cannot be.
/// </remarks>
public sealed class AugPakeClient : IDisposable
{
    private readonly AugPakeGroup _group;
    private readonly AugPakeTranscript _transcript;
    private readonly byte[] _w;
    private readonly byte[] _z;
    private readonly byte[] _expected = new byte[AugPakeTranscript.AuthenticatorLength];
    private readonly byte[] _key = new byte[SessionKey.Length];
    private readonly HandshakeProgress _progress;
    private byte[] _x = [];

    /// <summary>Prepares a handshake: computes w' and forgets the password.</summary>
    /// <param name="group">The group.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="client">C, the client's name.</param>
    /// <param name="server">S, the server's name that the account was made for.</param>
    /// <param name="password">Goes through <see cref="Password.Prepare"/>.</param>
    /// <param name="innerTopic">The topic of an inner run (profile framed only), else null.</param>
    /// <param name="pseudonym">The one-time name under which the client comes (profile framed only), bound to every message of the run; else null.</param>
    /// <exception cref="ArgumentException">A refused password, or a name that is no valid Unicode.</exception>
    public AugPakeClient(
        AugPakeGroup group, AugPakeProfile profile, string client, string server, string password, string? innerTopic = null,
        string? pseudonym = null)
        : this(group, new AugPakeTranscript(group, profile, client, server, innerTopic, pseudonym), transcript => PasswordScalar(transcript, password))
    {
    }

    private AugPakeClient(AugPakeGroup group, AugPakeTranscript transcript, Func<AugPakeTranscript, byte[]> passwordScalar)
    {
        _group = group;
        _transcript = transcript;
        _w = passwordScalar(transcript);
        _z = GC.AllocateArray<byte>(group.ScalarLength, pinned: true);
        _progress = new HandshakeProgress(nameof(AugPakeClient), "client", "Start, Respond, Finish, each once", _w, _z, _expected, _key);
    }

    /// <summary>Prepares a handshake from w', so that a device need not keep the password itself.</summary>
    /// <param name="group">The group.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="client">C, the client's name.</param>
    /// <param name="server">S, the server's name that the account was made for.</param>
    /// <param name="passwordScalar">w' of the same group, profile and names, from <see cref="Verifier.ComputeScalar"/>; copied.</param>
    /// <param name="innerTopic">The topic of an inner run (profile framed only), else null.</param>
    /// <param name="pseudonym">The one-time name under which the client comes (profile framed only), bound to every message of the run; else null.</param>
    /// <returns>A client like one made from the password.</returns>
    /// <exception cref="ArgumentException">w' is not of the group's scalar length or not in [1, q-1], or a name is no valid Unicode.</exception>
    public static AugPakeClient FromPasswordScalar(
        AugPakeGroup group,
        AugPakeProfile profile,
        string client,
        string server,
        ReadOnlySpan<byte> passwordScalar,
        string? innerTopic = null,
        string? pseudonym = null)
    {
        var transcript = new AugPakeTranscript(group, profile, client, server, innerTopic, pseudonym);
        if (!group.IsScalar(passwordScalar))
        {
            throw new ArgumentException(
                $"w' ({passwordScalar.Length} bytes) is no scalar of {group.Name}; expected {group.ScalarLength} bytes, from 1 to q-1.",
                nameof(passwordScalar));
        }

        var copy = HandshakeSecrets.Copy(passwordScalar);
        return new AugPakeClient(group, transcript, _ => copy);
    }

    /// <summary>Draws x and gives X = g^x.</summary>
    /// <returns>X, the group's element length.</returns>
    public byte[] Start()
    {
        _progress.Require(HandshakeState.New, nameof(Start));
        while (true)
        {
            var x = _group.DrawScalar();
            try
            {
                if (TryStart(x))
                {
                    return [.. _x];
                }
            }
            finally
            {
                CryptographicOperations.ZeroMemory(x);
            }
        }
    }

    /// <summary>Starts with a given x, like <see cref="Start"/>: for known answers only; a repeated or guessed x gives the password away.</summary>
    /// <param name="x">The scalar, big-endian, in the group's ephemeral range; leading zeros may be left out.</param>
    /// <returns>X.</returns>
    /// <exception cref="ArgumentException">Out of range, or x + w'r = 0 (another x is needed).</exception>
    public byte[] StartWithKnownScalar(ReadOnlySpan<byte> x)
    {
        _progress.Require(HandshakeState.New, nameof(StartWithKnownScalar));
        var scalar = _group.Known(x);
        if (scalar is null || !TryStart(scalar))
        {
            throw new ArgumentException($"x ({x.Length} bytes) is outside the range of {_group.Name}, or x + w'r = 0.", nameof(x));
        }

        CryptographicOperations.ZeroMemory(scalar);
        return [.. _x];
    }

    /// <summary>Takes Y, gives V_C.</summary>
    /// <param name="y">Y from the server.</param>
    /// <returns>V_C, 32 bytes.</returns>
    /// <exception cref="AugPakeException">BadElement or IdentityElement: the handshake has ended.</exception>
    public byte[] Respond(ReadOnlySpan<byte> y)
    {
        _progress.Require(HandshakeState.Started, nameof(Respond));
        byte[] k = [];
        try
        {
            if (!_group.IsAcceptable(y))
            {
                throw new AugPakeException(AugPakeFailure.BadElement, $"Y ({y.Length} bytes) is no acceptable element of {_group.Name}");
            }

            k = _group.Power(y, _z);
            var authenticator = _transcript.ClientAuthenticator(_x, y, k);
            HandshakeSecrets.Move(_transcript.ServerAuthenticator(_x, y, k), _expected);
            HandshakeSecrets.Move(_transcript.Key(_x, y, k), _key);
            CryptographicOperations.ZeroMemory(_z);
            _progress.State = HandshakeState.Responded;
            return authenticator;
        }
        catch
        {
            _progress.End(HandshakeState.Failed);
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(k);
        }
    }

    /// <summary>Takes V_S; compares in constant time.</summary>
    /// <param name="vs">V_S from the server.</param>
    /// <returns>SK; the caller disposes it.</returns>
    /// <exception cref="AugPakeException">BadAuthenticator: the handshake has ended.</exception>
    public SessionKey Finish(ReadOnlySpan<byte> vs)
    {
        _progress.Require(HandshakeState.Responded, nameof(Finish));
        if (!CryptographicOperations.FixedTimeEquals(_expected, vs))
        {
            _progress.End(HandshakeState.Failed);
            throw new AugPakeException(AugPakeFailure.BadAuthenticator, "V_S is not the one expected");
        }

        var key = new SessionKey(_key);
        _progress.End(HandshakeState.Finished);
        return key;
    }

    /// <summary>Clears every secret.</summary>
    public void Dispose() => _progress.End(HandshakeState.Disposed);

    /// <summary>Every secret held now, so that a test can check that none is left.</summary>
    internal IReadOnlyList<byte[]> Secrets => _progress.Secrets;

    /// <summary>X and z = (x + w'r)⁻¹ mod q; false where x + w'r = 0, so that the caller draws again.</summary>
    private bool TryStart(ReadOnlySpan<byte> x)
    {
        var element = _group.PowerOfGenerator(x);
        var r = _transcript.R(element);
        _group.Scalars.Multiply(_w, r, _z);
        _group.Scalars.Add(_z, x, _z);
        Span<byte> zero = stackalloc byte[_z.Length];
        zero.Clear();
        if (CryptographicOperations.FixedTimeEquals(zero, _z))
        {
            return false;
        }

        _group.InvertScalar(_z, _z);
        CryptographicOperations.ZeroMemory(_w);
        _x = element;
        _progress.State = HandshakeState.Started;
        return true;
    }

    private static byte[] PasswordScalar(AugPakeTranscript transcript, string password)
    {
        var prepared = Password.Prepare(password);
        var scalar = transcript.PasswordScalar(prepared);
        CryptographicOperations.ZeroMemory(prepared);
        return scalar;
    }
}
