using System.Reflection;

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

    [Test]
    public async Task It_keeps_no_password_and_clears_what_it_made_of_it()
    {
        const string password = "hunter22";
        using var party = new HostParty("host");
        await party.ProvisionAsync(new PartyIdentity("c", "s", password, "p256", "rfc6628"), default);
        var held = new HashSet<object>(ReferenceEqualityComparer.Instance);
        Collect(party, held);
        Assert.That(held.OfType<string>(), Has.None.EqualTo(password).And.Some.EqualTo("s"), "and its names are found");
        var scalar = held.OfType<byte[]>().Single(b => b.Length == 32);
        Assert.That(scalar, Is.EqualTo(Verifier.ComputeScalar(AugPakeGroup.P256, AugPakeProfile.Rfc6628, "c", "s", password)), "w'");
        await party.ResetAsync(default);
        Assert.That(scalar, Is.All.Zero, "reset");
    }

    [Test]
    public async Task It_logs_in_with_the_long_scalars_of_the_safe_prime()
    {
        var (group, profile) = (AugPakeGroup.Rfc3526Group14, AugPakeProfile.Framed);
        using var party = new HostParty("host");
        await party.ProvisionAsync(new PartyIdentity("c", "s", "pw", group.Name, profile.Name()), default);
        using var server = new AugPakeServer(group, profile, "c", "s", Verifier.ComputeW(group, profile, "c", "s", "pw"));
        var y = server.Respond((await party.AugInitAsync(default)).Value);
        Assert.That(server.TryVerify((await party.AugStepAsync("s", y, default)).Value), Is.True);
        var fingerprint = (await party.AugFinishAsync(server.Authenticator, default)).Value;
        using var key = server.TakeKey();
        Assert.That(fingerprint, Is.EqualTo(key.Fingerprint));
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

    /// <summary>Collects all objects that an object holds, directly or through the parts of a party.</summary>
    private static void Collect(object owner, HashSet<object> held)
    {
        foreach (var field in owner.GetType().GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public))
        {
            if (field.GetValue(owner) is { } value && held.Add(value) && value.GetType().Namespace == typeof(HostParty).Namespace)
            {
                Collect(value, held);
            }
        }
    }
}
