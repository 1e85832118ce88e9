namespace Harness.Sessions.Tests.Login;

/// <summary>Guesses of whoever only knows a name, and the owner's connection that proved the key before them.</summary>
public sealed class LockedOwnerTests
{
    private const string Password = "correct horse";

    [TestCase(LoginBinding.EnhancedAuthentication)]
    [TestCase(LoginBinding.Topics)]
    public async Task A_lock_out_ends_no_re_authentication_on_a_proved_connection_and_a_re_authentication_ends_no_lock_out(LoginBinding binding)
    {
        await using var broker = await StartAsync();
        using var party = new HostParty("m4");
        await using var session = await DeviceSession.LoginAsync(party, Options(broker, binding), default);
        for (var i = 0; i < 4; i++)
        {
            Guess(broker, "wrong", LoginOutcome.WrongProof, LoginOutcome.LockedOut);
        }

        for (var i = 0; i < 2; i++)
        {
            var before = session.Fingerprint;
            await session.ReauthenticateAsync(default);
            Assert.That(session.Fingerprint, Is.Not.EqualTo(before).And.EqualTo(broker.SessionFingerprint("m4")));
            Assert.That(broker.Logins.Last("m4"), Has.Property("Outcome").EqualTo(LoginOutcome.Accepted).And.Property("IsReauthentication").True);
        }

        Assert.That(session.Closed.IsCompleted, Is.False);
        Guess(broker, Password, LoginOutcome.LockedOut);
        await session.ReauthenticateAsync(default);
    }

    [Test]
    public async Task Re_authentications_take_no_guess_from_a_count_and_give_none_back()
    {
        await using var broker = await StartAsync();
        using var party = new HostParty("m4");
        await using var session = await DeviceSession.LoginAsync(party, Options(broker, LoginBinding.EnhancedAuthentication), default);
        Guess(broker, "wrong", LoginOutcome.WrongProof);
        Guess(broker, "wrong", LoginOutcome.WrongProof);
        await session.ReauthenticateAsync(default);
        Guess(broker, "wrong", LoginOutcome.WrongProof);
        Guess(broker, "wrong", LoginOutcome.LockedOut);
    }

    private static Task<SecureBroker> StartAsync() => SecureBroker.StartAsync(new SecureBrokerOptions
    {
        ServerName = "broker", AllowAnonymous = true, Lockout = new LockoutOptions(3, TimeSpan.FromHours(1), TimeSpan.FromHours(2), 100),
        Accounts = [Enrolment.Create("m4", "broker", AugPakeGroup.P256, AugPakeProfile.Rfc6628, Password)],
    });

    private static DeviceSessionOptions Options(SecureBroker broker, LoginBinding binding) => new()
    {
        Endpoint = broker.Endpoint, Identity = new PartyIdentity("m4", "broker", Password, "p256", "rfc6628"), Binding = binding, LoginTimeout = Bench.Limit,
    };

    /// <summary>A login of somebody else under the name.</summary>
    private static void Guess(SecureBroker broker, string password, params LoginOutcome[] outcomes)
    {
        using var party = new HostParty("stranger");
        var options = Options(broker, LoginBinding.EnhancedAuthentication);
        options = options with { Identity = options.Identity with { Password = password } };
        var refused = Assert.ThrowsAsync<SessionRefusedException>(() => DeviceSession.LoginAsync(party, options, default));
        Assert.That(refused!.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(outcomes, Does.Contain(broker.Logins.Last("m4")!.Outcome));
    }
}
