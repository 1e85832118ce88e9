using System.Collections.Concurrent;

namespace Harness.Schemes.Niruntasukrat;

/// <summary>A token and its secret.</summary>
/// <param name="Token">It is told to everybody who sees it used.</param>
/// <param name="Secret">Its secret.</param>
public sealed record OAuthToken(string Token, string Secret)
{
    /// <summary>The token alone.</summary>
    public override string ToString() => Token;
}

/// <summary>The server of Niruntasukrat et al. 2016 as its authors' libraries deploy it: OAuth 1.0a, then codes in CONNECT. Safe for use by many threads.</summary>
/// <remarks>
/// That the paper equals the libraries of NETPIE is an inference: a co-author is their author. HTTP is left out: requests are handed over as they are, since nothing here attacks their
/// transport. The clock's tolerance is not public, so it is a parameter.
/// </remarks>
[Scheme(
    SchemeNames.Niruntasukrat2016, Order = 5, Label = "as deployed", IsAugPake = false,
    Choose = "when tokens must be revocable one by one, TLS is around everything, and SHA-1 in an HMAC is allowed")]
public sealed class OAuthServer(TimeProvider time, TimeSpan tolerance)
{
    private readonly ConcurrentDictionary<string, string> _applications = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Grant> _requested = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Grant> _granted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte> _nonces = new(StringComparer.Ordinal);

    private sealed record Grant(string Key, string Secret, string Verifier);

    /// <summary>Registers an application; gives key and secret.</summary>
    public OAuthToken Register()
    {
        var application = new OAuthToken(Draw(), Draw());
        _applications[application.Token] = application.Secret;
        return application;
    }

    /// <summary>Answers a request for temporary credentials (RFC 5849 section 2.1).</summary>
    /// <returns>Null where it is refused.</returns>
    public OAuthToken? RequestToken(OAuthRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!IsFresh(request) || !_applications.TryGetValue(request["oauth_consumer_key"], out var secret) || !request.IsSignedBy(secret, "") || !Remember(request))
        {
            return null;
        }

        var token = new OAuthToken(Draw(), Draw());
        _requested[token.Token] = new Grant(request["oauth_consumer_key"], token.Secret, Draw());
        return token;
    }

    /// <summary>The owner lets the application have a token (section 2.2); gives the verifier.</summary>
    /// <returns>Null where there is no such request.</returns>
    public string? Authorize(string token) => _requested.TryGetValue(token, out var grant) ? grant.Verifier : null;

    /// <summary>Answers a request for the access token (section 2.3), once.</summary>
    /// <returns>Null where it is refused.</returns>
    public OAuthToken? AccessToken(OAuthRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!IsFresh(request) || !_requested.TryGetValue(request["oauth_token"], out var grant) || grant.Key != request["oauth_consumer_key"]
            || !request.IsSignedBy(_applications[grant.Key], grant.Secret) || !Equal(request["oauth_verifier"], grant.Verifier) || !Remember(request)
            || !_requested.TryRemove(request["oauth_token"], out _))
        {
            return null;
        }

        var token = new OAuthToken(Draw(), Draw());
        _granted[token.Token] = new Grant(grant.Key, token.Secret, "");
        return token;
    }

    /// <summary>Takes a token back: a GET with the token and base64(HMAC-SHA1(token_secret&amp;consumer_secret, token)).</summary>
    /// <returns>False where the code is not of its owner.</returns>
    public bool Revoke(string token, string code) =>
        _granted.TryGetValue(token, out var grant) && Equal(code, OAuthRequest.Code(grant.Secret + "&" + _applications[grant.Key], token)) && _granted.TryRemove(token, out _);

    /// <summary>True where a CONNECT is of the owner of a token that holds, and within the clock's tolerance. It may come as often as it likes: that is the scheme's own doing.</summary>
    /// <param name="clientId">The token.</param>
    /// <param name="userName"><c>key%timestamp</c>, the timestamp in seconds since 1970.</param>
    /// <param name="password">base64(HMAC-SHA1(token_secret&amp;consumer_secret, token%key%timestamp)), ASCII.</param>
    public bool Accepts(string clientId, string? userName, ReadOnlySpan<byte> password)
    {
        ArgumentNullException.ThrowIfNull(clientId);
        return userName?.Split('%') is [var key, var timestamp] && IsWithin(timestamp)
            && _granted.TryGetValue(clientId, out var grant) && grant.Key == key
            && CryptographicOperations.FixedTimeEquals(password, Encoding.ASCII.GetBytes(OAuthRequest.Code($"{grant.Secret}&{_applications[key]}", $"{clientId}%{key}%{timestamp}")));
    }

    private bool IsFresh(OAuthRequest request) => IsWithin(request["oauth_timestamp"]) && request["oauth_nonce"].Length > 0 && request["oauth_signature_method"] == "HMAC-SHA1";

    // Section 3.3: a nonce is never taken again for one timestamp and application. Only of signed requests, so that nobody else uses it up.
    private bool Remember(OAuthRequest request) => _nonces.TryAdd($"{request["oauth_consumer_key"]} {request["oauth_timestamp"]} {request["oauth_nonce"]}", 0);

    private bool IsWithin(string timestamp) => long.TryParse(timestamp, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
        && Math.Abs((decimal)time.GetUtcNow().ToUnixTimeSeconds() - seconds) <= (decimal)tolerance.TotalSeconds;

    private static bool Equal(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    private static string Draw() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
}
