using System.Buffers.Text;
using Harness.Schemes.Jwt;

namespace Harness.Schemes.Tests.Jwt;

/// <summary>JSON web tokens against one of a second implementation, and tokens that must not be taken.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class JwtIssuerTests
{
    // Of a second implementation (Python's hmac), header and claims with line ends as in RFC 7515, appendix A.1; the key is 00 01 02 ... 1f.
    private const string Example = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODB9.QY2Nvk9K-yVs4ChbagmZ2oOpkNqA5ZiMI4LVMhwATRA";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 14, 15, 9, 26, TimeSpan.Zero));

    [Test]
    public void A_token_of_a_second_implementation_verifies()
    {
        byte[] key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        Assert.That(JwtIssuer.TryVerify(Encoding.ASCII.GetBytes(Example), key, out var claims), Is.True);
        using (claims)
        {
            Assert.That(claims!.RootElement.GetProperty("iss").GetString(), Is.EqualTo("joe"));
        }
    }

    [TestCase("{\"alg\":\"none\"}", "{\"sub\":\"a\"}")]
    [TestCase("{\"alg\":\"HS512\"}", "{\"sub\":\"a\"}")]
    [TestCase("{\"alg\":\"HS256\",\"crit\":[\"b64\"]}", "{\"sub\":\"a\"}")]
    [TestCase("{}", "{\"sub\":\"a\"}")]
    [TestCase("[]", "{\"sub\":\"a\"}")]
    [TestCase("{\"alg\":\"HS256\"}", "[]")]
    [TestCase("{\"alg\":\"HS256\"}", "no json")]
    public void A_token_with_a_right_signature_over_something_else_is_refused(string header, string claims)
    {
        var key = new byte[32];
        var signed = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        var token = $"{signed}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(signed)))}";
        Assert.That(JwtIssuer.TryVerify(Encoding.ASCII.GetBytes(token), key, out _), Is.False);
    }

    [Test]
    public void A_token_lets_its_client_in_until_it_expires()
    {
        var issuer = new JwtIssuer(_time);
        var token = issuer.Issue("a", TimeSpan.FromMinutes(5));
        Assert.That(issuer.Accepts("a", token), Is.True);
        Assert.That(issuer.Accepts("b", token), Is.False);
        Assert.That(new JwtIssuer(_time).Accepts("a", token), Is.False, "another key");
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.That(issuer.Accepts("a", token), Is.False);
    }

    [TestCaseSource(typeof(Mutations), nameof(Mutations.Sizes))]
    public void No_mutated_token_is_taken(int count)
    {
        var issuer = new JwtIssuer(_time);
        var token = issuer.Issue("a", TimeSpan.FromMinutes(5));
        foreach (var mutant in Mutations.Of([token], 29, count))
        {
            if (issuer.Accepts("a", mutant) && !mutant.AsSpan().SequenceEqual(token))
            {
                Assert.Fail($"taken: {Encoding.UTF8.GetString(mutant)}");
            }
        }
    }
}
