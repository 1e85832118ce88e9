using Harness.Schemes.Niruntasukrat;

namespace Harness.Schemes.Tests.Niruntasukrat;

/// <summary>OAuth 1.0a against the examples of RFC 5849, section 1.2, and the deployed CONNECT against its own rules.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class OAuthTests
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromMinutes(5);
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero));

    [TestCase("POST", "https://photos.example.net/initiate", "", "74KNZJeDHnMBp0EMJ9ZHt/XKycU=", "oauth_callback=http://printer.example.com/ready oauth_timestamp=137131200 oauth_nonce=wIjqoS")]
    [TestCase("POST", "https://photos.example.net/token", "hdhd0244k9j7ao03", "gKgrFCywp7rO0OXSjdot/IHF7IU=", "oauth_token=hh5s93j4hdidpola oauth_timestamp=137131201 oauth_nonce=walatlh oauth_verifier=hfdp7dh39dks9884")]
    [TestCase("GET", "http://photos.example.net/photos", "pfkkdhi9sl3r4s00", "MdpQcU8iPSUjWoN/UDMsK2sui9I=", "file=vacation.jpg size=original oauth_token=nnch734d00sl2jdk oauth_timestamp=137131202 oauth_nonce=chapoH")]
    public void A_signature_is_that_of_the_rfc(string method, string url, string tokenSecret, string signature, string parameters)
    {
        var request = new OAuthRequest(method, url, parameters.Split(' ').Append("oauth_consumer_key=dpf43f3p2l4k3l03").Append("oauth_signature_method=HMAC-SHA1")
            .Select(p => p.Split('=', 2)).ToDictionary(p => p[0], p => p[1]));
        Assert.That(request.Sign("kd94hf93k423kf44", tokenSecret)["oauth_signature"], Is.EqualTo(signature));
    }

    [Test]
    public void A_device_gets_a_token_and_connects_with_it()
    {
        var (server, device) = Enrolled();
        var fields = device.Connect();
        Assert.That(server.Accepts(fields.ClientId, fields.UserName, fields.Password), Is.True);
    }

    [Test]
    public void A_request_is_taken_once_and_neither_unsigned_nor_stale()
    {
        var server = new OAuthServer(_time, Tolerance);
        var application = server.Register();
        var device = new OAuthDevice(application, _time);
        var request = device.RequestToken();
        Assert.That(server.RequestToken(request.Sign("another secret", "")), Is.Null);
        var requested = server.RequestToken(request)!;
        Assert.That(server.RequestToken(request), Is.Null, "the same nonce");
        Assert.That(server.AccessToken(device.AccessToken(requested, "another verifier")), Is.Null);
        var access = device.AccessToken(requested, server.Authorize(requested.Token)!);
        Assert.That(server.AccessToken(access.Sign(application.Secret, "another secret")), Is.Null);
        Assert.That(server.AccessToken(access), Is.Not.Null);
        Assert.That(server.AccessToken(device.AccessToken(requested, "x")), Is.Null, "used up");
        var stale = device.RequestToken();
        _time.Advance(Tolerance + TimeSpan.FromSeconds(1));
        Assert.That(server.RequestToken(stale), Is.Null);
    }

    [TestCase(0, true)]
    [TestCase(300, true)]
    [TestCase(301, false)]
    public void A_connect_holds_for_the_tolerance_of_the_clock(int seconds, bool holds)
    {
        var (server, device) = Enrolled();
        var fields = device.Connect();
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.That(server.Accepts(fields.ClientId, fields.UserName, fields.Password), Is.EqualTo(holds));
    }

    [Test]
    public void A_revoked_token_connects_no_more_and_only_its_owner_revokes_it()
    {
        var (server, device) = Enrolled();
        var (token, code) = device.Revocation();
        Assert.That(server.Revoke(token, OAuthRequest.Code("x", token)), Is.False);
        Assert.That(server.Revoke(token, code), Is.True);
        var fields = device.Connect();
        Assert.That(server.Accepts(fields.ClientId, fields.UserName, fields.Password), Is.False);
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void No_mutated_connect_is_taken(int count)
    {
        var (server, device) = Enrolled();
        var fields = device.Connect();
        byte[][] parts = [Encoding.UTF8.GetBytes(fields.ClientId), Encoding.UTF8.GetBytes(fields.UserName!), fields.Password];
        var i = 0;
        foreach (var mutant in Mutations.Of(parts, 23, count))
        {
            var part = i++ % parts.Length;
            var (client, user, password) = (part == 0 ? Encoding.UTF8.GetString(mutant) : fields.ClientId, part == 1 ? Encoding.UTF8.GetString(mutant) : fields.UserName!, part == 2 ? mutant : fields.Password);
            if (server.Accepts(client, user, password) && (client != fields.ClientId || user != fields.UserName || !password.AsSpan().SequenceEqual(fields.Password)))
            {
                Assert.Fail($"taken: part {part} as {Convert.ToHexStringLower(mutant)}");
            }
        }
    }

    private (OAuthServer Server, OAuthDevice Device) Enrolled()
    {
        var server = new OAuthServer(_time, Tolerance);
        var device = new OAuthDevice(server.Register(), _time);
        device.Enrol(server);
        return (server, device);
    }
}
