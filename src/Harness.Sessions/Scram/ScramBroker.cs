namespace Harness.Sessions.Scram;

/// <summary>The broker's side of SCRAM.</summary>
internal sealed class ScramBroker(SecureBrokerOptions options, Action<string, string, bool, string> note) : KeylessBroker(options, note)
{
    /// <summary>Makes the broker's side of the scheme.</summary>
    [BrokerScheme(SchemeNames.Scram)]
    private static ScramBroker Make(SecureBrokerOptions options, Action<string, string, bool, string> note) => new(options, note);

    public override IEnhancedAuthenticator Wrap(AugPakeAuthenticator authenticator, Action<string, ulong> reused, Action<string> replaced) =>
        new ScramAuthenticator(Accounts, Options.Lockout, Options.TimeProvider, authenticator.Ended);
}
