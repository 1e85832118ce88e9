namespace Harness.Schemes.Tests;

[TestFixture]
public sealed class HostPartyTests : PartyContract
{
    protected override IParty Create() => new HostParty("host", 256);

    [Test]
    public async Task Its_ticks_are_the_time_of_the_operation()
    {
        using var party = new HostParty("host");
        await party.ProvisionAsync(new PartyIdentity("c", "s", "pw", "p256", "rfc6628"), default);
        Assert.That((await party.AugInitAsync(default)).Ticks, Is.GreaterThan(0));
    }

    [Test]
    public void Nothing_it_prints_holds_the_password()
    {
        var identity = new PartyIdentity("c", "s", "hunter22", "p256", "rfc6628");
        using var party = new HostParty("host");
        Assert.That($"{identity} {party}", Does.Not.Contain("hunter22"));
    }

    [TestCase("", "s", "pw")]
    [TestCase("c", "", "pw")]
    [TestCase("c", "s", "")]
    public void Names_and_password_have_1_to_64_bytes(string client, string server, string password)
    {
        using var party = new HostParty("host");
        Assert.ThrowsAsync<ArgumentException>(() => party.ProvisionAsync(new PartyIdentity(client, server, password, "p256", "rfc6628"), default).AsTask());
        Assert.ThrowsAsync<ArgumentException>(() => party.ProvisionAsync(new PartyIdentity(new string('x', 65), "s", "pw", "p256", "rfc6628"), default).AsTask());
    }
}
