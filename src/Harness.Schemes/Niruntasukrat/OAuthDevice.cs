namespace Harness.Schemes.Niruntasukrat;

/// <summary>The fields of a CONNECT that carry a login.</summary>
/// <param name="ClientId">ClientId.</param>
/// <param name="UserName">User name; null for none.</param>
/// <param name="Password">Password.</param>
public sealed record ConnectFields(string ClientId, string? UserName, byte[] Password)
{
    /// <summary>ClientId alone.</summary>
    public override string ToString() => ClientId;
}

/// <summary>A device of Niruntasukrat et al. 2016 as deployed: it holds key and secret of its application, and the access token that it got.</summary>
/// <param name="application">Key and secret.</param>
/// <param name="time">Its clock.</param>
public sealed class OAuthDevice(OAuthToken application, TimeProvider time)
{
    private const string Root = "http://gearauth.example/api/";
    private OAuthToken? _token;

    /// <summary>The request for temporary credentials.</summary>
    public OAuthRequest RequestToken() => Request("rtoken", ("oauth_callback", "oob")).Sign(application.Secret, "");

    /// <summary>The request for the access token.</summary>
    /// <param name="requested">The temporary credentials.</param>
    /// <param name="verifier">The verifier of the owner.</param>
    public OAuthRequest AccessToken(OAuthToken requested, string verifier)
    {
        ArgumentNullException.ThrowIfNull(requested);
        return Request("atoken", ("oauth_token", requested.Token), ("oauth_verifier", verifier)).Sign(application.Secret, requested.Secret);
    }

    /// <summary>Keeps the access token.</summary>
    public void Take(OAuthToken token) => _token = token;

    /// <summary>Gets an access token from a server, whose owner agrees.</summary>
    /// <exception cref="InvalidOperationException">The server refused.</exception>
    public void Enrol(OAuthServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        var requested = server.RequestToken(RequestToken()) ?? throw new InvalidOperationException("the server refused a request token");
        Take(server.AccessToken(AccessToken(requested, server.Authorize(requested.Token)!)) ?? throw new InvalidOperationException("the server refused an access token"));
    }

    /// <summary>The fields of a login now.</summary>
    public ConnectFields Connect()
    {
        var token = Token;
        var now = Now();
        return new ConnectFields(
            token.Token, $"{application.Token}%{now}", Encoding.ASCII.GetBytes(OAuthRequest.Code($"{token.Secret}&{application.Secret}", $"{token.Token}%{application.Token}%{now}")));
    }

    /// <summary>Token and code of a revocation.</summary>
    public (string Token, string Code) Revocation() => (Token.Token, OAuthRequest.Code($"{Token.Secret}&{application.Secret}", Token.Token));

    private OAuthToken Token => _token ?? throw new InvalidOperationException("the device has no access token");

    private OAuthRequest Request(string path, params (string Name, string Value)[] more) => new("POST", Root + path, new Dictionary<string, string>(more.Select(m => KeyValuePair.Create(m.Name, m.Value)))
    {
        ["oauth_consumer_key"] = application.Token, ["oauth_nonce"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), ["oauth_signature_method"] = "HMAC-SHA1",
        ["oauth_timestamp"] = Now(), ["oauth_version"] = "1.0",
    });

    private string Now() => time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
}
