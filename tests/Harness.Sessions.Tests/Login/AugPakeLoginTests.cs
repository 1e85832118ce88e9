namespace Harness.Sessions.Tests.Login;

public sealed class AugPakeLoginTests
{
    private static readonly PartyIdentity Identity = new("m4", "broker", "pw", "p256", "as-published");

    [TestCase("")]
    [TestCase("00")]
    [TestCase("0002FF")]
    [TestCase("0002FFFE")]
    public async Task Data_that_is_no_S_and_Y_aborts(string hex)
    {
        using var party = new HostParty("m4");
        var login = await StartedAsync(party);
        Assert.ThrowsAsync<SessionAbortedException>(() => login.ContinueAsync(Convert.FromHexString(hex), default).AsTask());
    }

    [Test]
    public async Task Success_before_V_C_was_asked_for_aborts()
    {
        using var party = new HostParty("m4");
        var login = await StartedAsync(party);
        Assert.ThrowsAsync<SessionAbortedException>(() => login.CompleteAsync(new byte[32], default).AsTask());
        Assert.That(login.Fingerprint, Is.Null);
    }

    [Test]
    public async Task A_second_question_after_V_C_aborts()
    {
        using var party = new HostParty("m4");
        var login = await StartedAsync(party);
        var y = Harness.Crypto.Groups.AugPakeGroup.P256.PowerOfGenerator([7]);
        await login.ContinueAsync(new ServerHello("broker", y).Encode(), default);
        Assert.ThrowsAsync<SessionAbortedException>(() => login.ContinueAsync(new ServerHello("broker", y).Encode(), default).AsTask());
    }

    [Test]
    public async Task A_login_is_used_once()
    {
        using var party = new HostParty("m4");
        var login = await StartedAsync(party);
        Assert.ThrowsAsync<InvalidOperationException>(() => login.StartAsync(default).AsTask());
    }

    [Test]
    public void The_method_follows_from_group_and_profile() =>
        Assert.That(new AugPakeLogin(new HostParty("m4"), Identity).Method, Is.EqualTo("AUGPAKE-PAPER-P256"));

    [Test]
    public void S_and_Y_have_their_documented_bytes()
    {
        Assert.That(new ServerHello("S", new byte[] { 4, 5 }).Encode(), Is.EqualTo(new byte[] { 0, 1, (byte)'S', 4, 5 }));
        Assert.That(ServerHello.TryDecode([0, 1, (byte)'S', 4, 5], out var hello), Is.True);
        Assert.That((hello!.Server, Convert.ToHexString(hello.Y.Span)), Is.EqualTo(("S", "0405")));
    }

    private static async Task<AugPakeLogin> StartedAsync(HostParty party)
    {
        await party.ProvisionAsync(Identity, default);
        var login = new AugPakeLogin(party, Identity);
        Assert.That(await login.StartAsync(default), Has.Length.EqualTo(65));
        return login;
    }
}
