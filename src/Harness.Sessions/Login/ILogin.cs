namespace Harness.Sessions.Login;

/// <summary>A device's side of one login by enhanced authentication.</summary>
public interface ILogin : IEnhancedAuthenticationClient
{
    /// <summary>The fingerprint that both ends of the login have, 16 hex digits; null before the broker's proof was accepted.</summary>
    string? Fingerprint { get; }
}

/// <summary>The login of each scheme.</summary>
public static class Logins
{
    /// <summary>A login of a provisioned party.</summary>
    /// <param name="party">The party.</param>
    /// <param name="identity">The identity that it was provisioned with.</param>
    /// <exception cref="ArgumentException">Unknown group or profile.</exception>
    /// <exception cref="PartyRefusedException">UNSUPPORTED: the party does not know the scheme.</exception>
    public static ILogin Of(IParty party, PartyIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return identity.Scheme == SchemeNames.Scram ? new ScramLogin(party) : new AugPakeLogin(party, identity);
    }
}
