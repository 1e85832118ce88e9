namespace Harness.Sessions.Tests.Login;

/// <summary>A wrong password and a name without an account do not differ in bytes (features/REQUIREMENTS.md, AUG-3); that they do not in time is judged in Harness.Bench.Tests (BrokerLeakTests).</summary>
public sealed class RefusalTests
{
    private static readonly AuthenticationStep Refused = AuthenticationStep.Refuse(ReasonCode.NotAuthorized);

    [TestCase("p256", AugPakeProfile.Rfc6628)]
    [TestCase("p256", AugPakeProfile.Framed)]
    [TestCase("modp2048-q256", AugPakeProfile.AsPublished)]
    public async Task Unknown_and_wrong_get_the_same_bytes_but_for_Y(string groupName, AugPakeProfile profile)
    {
        var (authenticator, group, x) = Few(groupName, profile);
        var fresh = new HashSet<string>();
        for (var i = 0; i < 50; i++)
        {
            foreach (var name in (string[])["m4", "m5"])
            {
                using var exchange = authenticator.Begin(new AuthenticationRequest(name, AugPakeMethod.Of(profile, group), false, null));
                var hello = await exchange.NextAsync(x, default);
                Assert.That(hello.Reason, Is.EqualTo(ReasonCode.ContinueAuthentication));
                Assert.That(hello.Data![..8], Is.EqualTo((byte[])[0, 6, .. "broker"u8]));
                Assert.That(hello.Data, Has.Length.EqualTo(8 + group.ElementLength));
                Assert.That(group.IsAcceptable(hello.Data.AsSpan(8)), Is.True);
                Assert.That(fresh.Add(Convert.ToHexString(hello.Data)), Is.True, "a Y of its own");
                Assert.That(await exchange.NextAsync(new byte[32], default), Is.EqualTo(Refused));
            }
        }
    }

    private static (AugPakeAuthenticator Authenticator, AugPakeGroup Group, byte[] X) Few(string groupName, AugPakeProfile profile)
    {
        var group = AugPakeGroup.ByName(groupName);
        var store = new AccountStore("broker", [Enrolment.Create("m4", "broker", group, profile, "correct horse")]);
        using var client = new AugPakeClient(group, profile, "m4", "broker", "wrong");
        return (new AugPakeAuthenticator(store, new LockoutOptions(int.MaxValue, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1 << 10)), group, client.Start());
    }
}
