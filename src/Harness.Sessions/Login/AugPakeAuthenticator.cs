namespace Harness.Sessions.Login;

/// <summary>The broker's side of AugPAKE in MQTT 5 enhanced authentication (MQTT 5 section 4.12).</summary>
/// <remarks>
/// CONNECT X → AUTH u16 len(S) ‖ S ‖ Y → AUTH V_C → CONNACK V_S. X outside the group and a V_C of another length than 32 bytes are
/// 0x82. A client without an account for the method, a wrong V_C and a locked-out client run the whole exchange with the same work
/// and then get the same 0x87: a name that has no account runs with W = g^HMAC(broker secret, C ‖ method), the same at every try.
/// A re-authentication on a connection that proved the key is served though the name is locked out.
/// </remarks>
public sealed class AugPakeAuthenticator : IEnhancedAuthenticator
{
    private readonly Lockout _lockout;
    private readonly byte[] _secret;
    private readonly TimeProvider _time;

    /// <summary>An authenticator over accounts.</summary>
    /// <param name="accounts">The accounts and S.</param>
    /// <param name="lockout">When a client is locked out; null for <see cref="LockoutOptions.Default"/>.</param>
    /// <param name="time">The clock of the lock-out; null for the system's.</param>
    /// <param name="secret">The broker secret, at least 16 bytes, kept as long as unknown names shall look the same; null draws one.</param>
    public AugPakeAuthenticator(AccountStore accounts, LockoutOptions? lockout = null, TimeProvider? time = null, ReadOnlyMemory<byte>? secret = null)
    {
        if (secret is { Length: < 16 })
        {
            throw new ArgumentException("The broker secret has at least 16 bytes.", nameof(secret));
        }

        Accounts = accounts;
        _time = time ?? TimeProvider.System;
        _lockout = new Lockout(lockout ?? LockoutOptions.Default, _time);
        _secret = secret?.ToArray() ?? RandomNumberGenerator.GetBytes(32);
    }

    /// <summary>A login was accepted and its session is bound: the key for whoever takes it. The receiver disposes it.</summary>
    /// <remarks>Called on the connection's own flow, before anything else of that client is read. Where nobody listens it is wiped.</remarks>
    public event Action<LoginRecord, SessionKey>? KeyEstablished;

    /// <summary>A login ended, accepted or not.</summary>
    public event Action<LoginRecord>? LoginEnded;

    /// <summary>The accounts and S.</summary>
    public AccountStore Accounts { get; }

    /// <inheritdoc/>
    public bool Supports(string method) => AugPakeMethod.TryParse(method, out _, out _);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The method is not supported.</exception>
    public IAuthenticationExchange Begin(AuthenticationRequest request) =>
        AugPakeMethod.TryParse(request.Method, out var profile, out var group)
            ? new AugPakeExchange(this, request, profile, group)
            : throw new ArgumentException($"Method {request.Method} is not supported.", nameof(request));

    /// <summary>Begins an exchange that is bound to a pseudonym.</summary>
    /// <param name="request">Its ClientId is C, or the pseudonym where nobody stands behind it.</param>
    /// <param name="pseudonym">The ClientId on the wire.</param>
    /// <param name="account">The name to look accounts up by.</param>
    internal IAuthenticationExchange Begin(AuthenticationRequest request, string pseudonym, string account) =>
        AugPakeMethod.TryParse(request.Method, out var profile, out var group)
            ? new AugPakeExchange(this, request, profile, group, profile == AugPakeProfile.Framed ? pseudonym : null, account)
            : throw new ArgumentException($"Method {request.Method} is not supported.", nameof(request));

    internal int Locked(ClientNumber client) => _lockout.Locked(client);

    internal int BeginProof(ClientNumber client, int counts = ~0) => _lockout.Begin(client, counts);

    internal void ProofSucceeded(ClientNumber client, int counts) => _lockout.Succeeded(client, counts);

    /// <summary>W of a name without an account: no password leads to it, and it does not change from try to try.</summary>
    internal byte[] FakeVerifier(AugPakeGroup group, string client, string method)
    {
        var seed = HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(client + method));
        try
        {
            return group.PowerOfGenerator(seed);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    internal LoginRecord Ended(AuthenticationRequest request, LoginOutcome outcome, string? fingerprint)
    {
        var record = new LoginRecord(request.ClientId, request.Method, outcome, request.IsReauthentication, fingerprint, _time.GetUtcNow());
        LoginEnded?.Invoke(record);
        return record;
    }

    internal void Established(LoginRecord record, SessionKey key)
    {
        if (KeyEstablished is { } take)
        {
            take(record, key);
        }
        else
        {
            key.Dispose();
        }
    }
}
