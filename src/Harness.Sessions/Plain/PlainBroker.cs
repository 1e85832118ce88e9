using Harness.Schemes.Plain;

namespace Harness.Sessions.Plain;

/// <summary>The broker's side of plain user names and passwords. The user's name is the ClientId, or whoever has an account could take another's session over.</summary>
/// <remarks>A name without an account, a wrong password and a locked-out client are refused alike, with 0x86 after the same work.</remarks>
internal sealed class PlainBroker(SecureBrokerOptions options, Action<string, string, bool, string> note) : KeylessBroker(options, note)
{
    private readonly Lockout _lockout = new(options.Lockout, options.TimeProvider);

    /// <summary>Makes the broker's side of the scheme.</summary>
    [BrokerScheme(SchemeNames.Password)]
    private static PlainBroker Make(SecureBrokerOptions options, Action<string, string, bool, string> note) => new(options, note);

    public override IEnhancedAuthenticator Wrap(AugPakeAuthenticator authenticator, Action<string, ulong> reused, Action<string> replaced) => NoMethod.Instance;

    public override Func<PasswordLogin, ReasonCode>? Passwords(Func<AuthenticationRequest, LoginOutcome, string?, LoginRecord> ended) => login =>
    {
        var request = new AuthenticationRequest(login.ClientId, PasswordLogin.Method, IsReauthentication: false, login.Remote);
        if (login.UserName != login.ClientId)
        {
            ended(request, LoginOutcome.OtherName, null);
            return ReasonCode.ClientIdentifierNotValid;
        }

        var client = Accounts.Number(login.UserName);
        var counted = _lockout.Begin(client);
        var (credential, known) = Accounts.Choose(login.UserName, counted);
        if (!PlainPassword.IsRight(login.Password.Span, credential) || (known & counted) == 0)
        {
            ended(request, counted == 0 ? LoginOutcome.LockedOut : known == 0 ? LoginOutcome.UnknownAccount : LoginOutcome.WrongProof, null);
            return ReasonCode.BadUserNameOrPassword;
        }

        _lockout.Succeeded(client);
        ended(request, LoginOutcome.Accepted, null);
        return ReasonCode.Success;
    };

    private sealed class NoMethod : IEnhancedAuthenticator
    {
        public static NoMethod Instance { get; } = new();

        public bool Supports(string method) => false;

        public IAuthenticationExchange Begin(AuthenticationRequest request) => throw new ArgumentException($"Method {request.Method} is not supported.", nameof(request));
    }
}
