using Harness.Schemes.Jwt;

namespace Harness.Adversary.Claims.Bearer;

/// <summary>A scheme whose login is what CONNECT carries: the device that makes its fields, and the broker's judgement on them.</summary>
public interface IBearer
{
    /// <summary>The fields of a login now.</summary>
    ConnectFields Connect();

    /// <summary>True where the broker lets a CONNECT in.</summary>
    bool Accepts(PasswordLogin login);

    /// <summary>The owner takes the device's right back, as far as the scheme lets him.</summary>
    void Revoke();
}

/// <summary>A clock that an experiment moves on.</summary>
public sealed class LabClock : TimeProvider
{
    private TimeSpan _ahead;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _ahead;

    /// <summary>Moves it on.</summary>
    public void Advance(TimeSpan by) => _ahead += by;
}

/// <summary>Niruntasukrat et al. 2016 as deployed: an access token by OAuth 1.0a, then a code under a timestamp.</summary>
public sealed class OAuthBearer : IBearer
{
    private readonly OAuthServer _server;
    private readonly OAuthDevice _device;
    private readonly bool _keepsRevoked;
    private bool _revoked;

    /// <summary>Enrols a device.</summary>
    /// <param name="time">The clock of all.</param>
    /// <param name="tolerance">The clock's tolerance at the broker.</param>
    /// <param name="keepsRevoked">True for a server that takes nothing back: a weak setting.</param>
    public OAuthBearer(TimeProvider time, TimeSpan tolerance, bool keepsRevoked)
    {
        _server = new OAuthServer(time, tolerance);
        _device = new OAuthDevice(_server.Register(), time);
        _keepsRevoked = keepsRevoked;
        _device.Enrol(_server);
    }

    /// <inheritdoc/>
    public ConnectFields Connect() => _device.Connect();

    /// <inheritdoc/>
    public bool Accepts(PasswordLogin login) => _server.Accepts(login.ClientId, login.UserName, login.Password.Span);

    /// <inheritdoc/>
    public void Revoke()
    {
        var (token, code) = _device.Revocation();
        _revoked = _revoked || _keepsRevoked || _server.Revoke(token, code)
            ? true : throw new InconclusiveException("revocation", "to be accepted", "it is refused");
    }
}

/// <summary>A JSON web token as password.</summary>
public sealed class JwtBearer : IBearer
{
    private readonly JwtIssuer _issuer;
    private readonly ConnectFields _fields;

    /// <summary>Issues the device's token.</summary>
    /// <param name="time">The clock of all.</param>
    /// <param name="lifetime">The token's lifetime.</param>
    public JwtBearer(TimeProvider time, TimeSpan lifetime)
    {
        _issuer = new JwtIssuer(time);
        var client = $"device-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
        _fields = new ConnectFields(client, client, _issuer.Issue(client, lifetime));
    }

    /// <inheritdoc/>
    public ConnectFields Connect() => _fields;

    /// <inheritdoc/>
    public bool Accepts(PasswordLogin login) => _issuer.Accepts(login.ClientId, login.Password.Span);

    /// <inheritdoc/>
    /// <remarks>A token is checked by its signature alone: there is nobody to ask whether it still holds.</remarks>
    public void Revoke()
    {
    }
}
