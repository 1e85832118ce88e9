using Harness.Crypto;

namespace Harness.Sessions.Tests.Login;

[TestFixtureSource(nameof(Variants))]
public sealed class AugPakeExchangeTests(string groupName, AugPakeProfile profile)
{
    private const string Server = "broker";
    private const string Password = "correct horse";

    private readonly AugPakeGroup _group = AugPakeGroup.ByName(groupName);
    private readonly FakeTimeProvider _time = new();
    private readonly List<LoginRecord> _ended = [];
    private readonly List<string> _keys = [];

    public static IEnumerable<object[]> Variants =>
        from g in AugPakeGroup.All from p in new[] { AugPakeProfile.AsPublished, AugPakeProfile.Rfc6628 } select new object[] { g.Name, p };

    private string Method => AugPakeMethod.Of(profile, _group);

    [SetUp]
    public void Clear()
    {
        _ended.Clear();
        _keys.Clear();
    }

    [Test]
    public async Task The_right_password_ends_with_V_S_and_one_key_at_both_ends()
    {
        var authenticator = Authenticator();
        using var client = new AugPakeClient(_group, profile, "m4", Server, Password);
        using var exchange = Begin(authenticator, "m4");
        var first = await exchange.NextAsync(client.Start(), default);
        Assert.That(first.Reason, Is.EqualTo(ReasonCode.ContinueAuthentication));
        Assert.That(first.Data!.Take(8), Is.EqualTo(new byte[] { 0, 6, (byte)'b', (byte)'r', (byte)'o', (byte)'k', (byte)'e', (byte)'r' }));
        var second = await exchange.NextAsync(client.Respond(first.Data.AsSpan(8)), default);
        Assert.That(second.Reason, Is.EqualTo(ReasonCode.Success));
        using var key = client.Finish(second.Data);
        Assert.That(_keys, Is.Empty, "no key before the session is bound");
        exchange.Completed();
        Assert.That(_keys, Is.EqualTo(new[] { key.Fingerprint }));
        Assert.That(_ended.Single(), Has.Property("Outcome").EqualTo(LoginOutcome.Accepted).And.Property("Fingerprint").EqualTo(key.Fingerprint));
    }

    [Test]
    public async Task Unknown_names_wrong_passwords_and_locked_out_clients_are_refused_alike()
    {
        var authenticator = Authenticator();
        var wrong = await TryAsync(authenticator, "m4", "wrong");
        var unknown = await TryAsync(authenticator, "nobody", Password);
        for (var i = 0; i < 3; i++)
        {
            await TryAsync(authenticator, "m4", "wrong");
        }

        var locked = await TryAsync(authenticator, "m4", Password);
        Assert.That(_ended.Select(r => r.Outcome), Is.EqualTo(new[]
        {
            LoginOutcome.WrongProof, LoginOutcome.UnknownAccount, LoginOutcome.WrongProof, LoginOutcome.WrongProof, LoginOutcome.LockedOut, LoginOutcome.LockedOut,
        }));
        foreach (var attempt in new[] { wrong, unknown, locked })
        {
            Assert.That(attempt.First.Reason, Is.EqualTo(ReasonCode.ContinueAuthentication));
            Assert.That(attempt.First.Data, Has.Length.EqualTo(8 + _group.ElementLength));
            Assert.That(_group.IsAcceptable(attempt.First.Data.AsSpan(8)), Is.True);
            Assert.That(attempt.Second, Is.EqualTo(AuthenticationStep.Refuse(ReasonCode.NotAuthorized)));
        }

        Assert.That(_keys, Is.Empty);
    }

    [Test]
    public async Task A_lock_out_ends_with_time_and_the_right_password_enters_again()
    {
        var authenticator = Authenticator();
        for (var i = 0; i < 3; i++)
        {
            await TryAsync(authenticator, "m4", "wrong");
        }

        Assert.That((await TryAsync(authenticator, "m4", Password)).Second.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.That((await TryAsync(authenticator, "m4", Password)).Second.Reason, Is.EqualTo(ReasonCode.Success));
    }

    [Test]
    public async Task Exchanges_begun_before_the_lock_out_do_not_slip_past_it()
    {
        var authenticator = Authenticator();
        using var client = new AugPakeClient(_group, profile, "m4", Server, Password);
        using var early = Begin(authenticator, "m4");
        var first = await early.NextAsync(client.Start(), default);
        for (var i = 0; i < 3; i++)
        {
            await TryAsync(authenticator, "m4", "wrong");
        }

        var second = await early.NextAsync(client.Respond(first.Data.AsSpan(8)), default);
        Assert.That(second.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
    }

    [Test]
    public async Task A_wrong_re_authentication_is_refused_under_a_lock_out_as_without_one()
    {
        var authenticator = Authenticator();
        for (var i = 0; i < 4; i++)
        {
            Assert.That((await TryAsync(authenticator, "m4", "wrong", again: true)).Second, Is.EqualTo(AuthenticationStep.Refuse(ReasonCode.NotAuthorized)));
        }

        for (var i = 0; i < 3; i++)
        {
            await TryAsync(authenticator, "m4", "wrong");
        }

        Assert.That((await TryAsync(authenticator, "m4", "wrong", again: true)).Second, Is.EqualTo(AuthenticationStep.Refuse(ReasonCode.NotAuthorized)));
        Assert.That(_ended.Select(r => r.Outcome), Is.All.EqualTo(LoginOutcome.WrongProof));
        Assert.That((await TryAsync(authenticator, "m4", Password, again: true)).Second.Reason, Is.EqualTo(ReasonCode.Success));
        Assert.That((await TryAsync(authenticator, "m4", Password)).Second.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
    }

    [Test]
    public async Task Known_and_unknown_clients_cost_the_same_operations()
    {
        var authenticator = Authenticator();
        var counts = new List<(long, long, long)>();
        foreach (var client in new[] { "m4", "nobody" })
        {
            using var x = new AugPakeClient(_group, profile, client, Server, "wrong");
            using var exchange = Begin(authenticator, client);
            var start = x.Start();
            AuthenticationStep first;
            using (var count = OperationCounts.Begin())
            {
                first = await exchange.NextAsync(start, default);
                counts.Add((count.Exponentiations, count.Hashes, count.Sha256Blocks));
            }

            await exchange.NextAsync(x.Respond(first.Data.AsSpan(8)), default);
        }

        Assert.That(counts[0].Item1, Is.GreaterThan(0));
        Assert.That((counts[1].Item1, counts[1].Item2), Is.EqualTo((counts[0].Item1, counts[0].Item2)));
    }

    [Test]
    public void A_name_without_an_account_has_the_same_verifier_at_every_try()
    {
        var secret = new byte[32];
        var one = new AugPakeAuthenticator(new AccountStore(Server, []), secret: secret).FakeVerifier(_group, "nobody", Method);
        var two = new AugPakeAuthenticator(new AccountStore(Server, []), secret: secret).FakeVerifier(_group, "nobody", Method);
        var other = new AugPakeAuthenticator(new AccountStore(Server, []), secret: secret).FakeVerifier(_group, "nobodz", Method);
        Assert.That(two, Is.EqualTo(one));
        Assert.That(other, Is.Not.EqualTo(one));
    }

    [Test]
    public async Task An_element_outside_the_group_is_0x82()
    {
        foreach (var x in new[] { [], new byte[_group.ElementLength], new byte[_group.ElementLength + 1], [.. Enumerable.Repeat((byte)0xFF, _group.ElementLength)] })
        {
            using var exchange = Begin(Authenticator(), "m4");
            Assert.That(await exchange.NextAsync(x, default), Is.EqualTo(AuthenticationStep.Refuse(ReasonCode.ProtocolError)));
        }
    }

    [TestCase("m4")]
    [TestCase("nobody")]
    public async Task A_V_C_of_another_length_is_0x82_for_known_and_unknown_alike(string client)
    {
        foreach (var length in new[] { 0, 31, 33, 64 })
        {
            using var exchange = Begin(Authenticator(), client);
            using var x = new AugPakeClient(_group, profile, client, Server, Password);
            await exchange.NextAsync(x.Start(), default);
            Assert.That(await exchange.NextAsync(new byte[length], default), Is.EqualTo(AuthenticationStep.Refuse(ReasonCode.ProtocolError)));
        }
    }

    [Test]
    public async Task An_exchange_that_breaks_off_is_recorded_as_abandoned_and_yields_no_key()
    {
        using var client = new AugPakeClient(_group, profile, "m4", Server, Password);
        var exchange = Begin(Authenticator(), "m4");
        var first = await exchange.NextAsync(client.Start(), default);
        await exchange.NextAsync(client.Respond(first.Data.AsSpan(8)), default);
        exchange.Dispose();
        Assert.That(_ended.Single().Outcome, Is.EqualTo(LoginOutcome.Abandoned));
        Assert.That(_keys, Is.Empty);
    }

    [Test]
    public async Task An_account_of_another_profile_or_group_does_not_count()
    {
        var other = AugPakeProfiles.All.First(p => p != profile);
        var authenticator = Authenticator(other);
        Assert.That((await TryAsync(authenticator, "m4", Password)).Second.Reason, Is.EqualTo(ReasonCode.NotAuthorized));
        Assert.That(_ended.Single().Outcome, Is.EqualTo(LoginOutcome.UnknownAccount));
    }

    [TestCase("AUGPAKE-PAPER-P512")]
    [TestCase("augpake-paper-p256")]
    [TestCase("SCRAM-SHA-256")]
    [TestCase("")]
    public void Unknown_methods_are_not_supported(string method) => Assert.That(Authenticator().Supports(method), Is.False);

    private AugPakeAuthenticator Authenticator(AugPakeProfile? account = null)
    {
        var accounts = new AccountStore(Server, [Enrolment.Create("m4", Server, _group, account ?? profile, Password)]);
        var options = new LockoutOptions(3, TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(15), 100);
        var authenticator = new AugPakeAuthenticator(accounts, options, _time);
        authenticator.LoginEnded += _ended.Add;
        authenticator.KeyEstablished += (_, key) =>
        {
            _keys.Add(key.Fingerprint);
            key.Dispose();
        };
        return authenticator;
    }

    private IAuthenticationExchange Begin(AugPakeAuthenticator authenticator, string client, bool again = false) =>
        authenticator.Begin(new AuthenticationRequest(client, Method, again, null));

    private async Task<(AuthenticationStep First, AuthenticationStep Second)> TryAsync(
        AugPakeAuthenticator authenticator, string client, string password, bool again = false)
    {
        using var x = new AugPakeClient(_group, profile, client, Server, password);
        using var exchange = Begin(authenticator, client, again);
        var first = await exchange.NextAsync(x.Start(), default);
        var second = await exchange.NextAsync(x.Respond(first.Data.AsSpan(8)), default);
        if (second.Reason == ReasonCode.Success)
        {
            exchange.Completed();
        }

        return (first, second);
    }
}
