using Harness.Brokers.Load;
using Harness.Crypto.AugPake;
using Harness.Crypto.Groups;
using Harness.Sessions.Accounts;
using Harness.Sessions.Broker;

namespace Harness.Brokers.Tests.Load;

/// <summary>Checks the count of logins, and the server that it is held against.</summary>
[TestFixture]
[CancelAfter(60_000)]
internal sealed class LoginLoadTests
{
    private static readonly PartyIdentity Identity = new("device", "load", "a password", "p256", "rfc6628");

    [Test]
    public async Task Plain_and_AugPAKE_logins_are_counted(CancellationToken stop)
    {
        await using var broker = await StartAsync(Identity.Password, stop);
        var own = new BrokerProcessInfo(Environment.ProcessId);
        var plain = await LoginLoad.PlainAsync(new BrokerUnderTest(broker.Endpoint), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100), stop);
        var proved = await LoginLoad.AugPakeAsync(new BrokerUnderTest(broker.Endpoint), Identities(), own, TimeSpan.Zero, TimeSpan.FromMilliseconds(500), stop);

        Assert.That((plain.Method, plain.ProcessorSecondsEach), Is.EqualTo(("none", (double?)null)));
        Assert.That(plain.Logins, Is.GreaterThanOrEqualTo(LoginLoad.Clients));
        Assert.That(proved.Method, Is.EqualTo("AUGPAKE-RFC6628-P256"));
        Assert.That(proved.Logins, Is.GreaterThanOrEqualTo(LoginLoad.Clients));
        Assert.That(proved.ProcessorSecondsEach, Is.Positive);
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_packets_of_a_login_are_counted_at_a_server_that_proves_nothing(bool computes, CancellationToken stop)
    {
        await using var bare = BareServer.Start(0, Identity.Server, computes);
        var plain = await LoginLoad.PlainAsync(new BrokerUnderTest(bare.Endpoint), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100), stop);
        foreach (var group in AugPakeGroup.All)
        {
            var identities = Identities().Select(i => i with { Group = group.Name }).ToList();
            var proved = await LoginLoad.AugPakeAsync(new BrokerUnderTest(bare.Endpoint), identities, null, TimeSpan.Zero, TimeSpan.FromMilliseconds(10), stop, judges: false);
            Assert.That(proved.Logins, Is.GreaterThanOrEqualTo(LoginLoad.Clients), group.Name);
        }

        Assert.That(plain.Logins, Is.GreaterThanOrEqualTo(LoginLoad.Clients));
        Assert.ThrowsAsync<PartyRefusedException>(
            () => LoginLoad.AugPakeAsync(new BrokerUnderTest(bare.Endpoint), Identities(), null, TimeSpan.Zero, TimeSpan.Zero, stop), "it proves nothing");
    }

    [Test]
    public async Task A_refused_login_is_no_login(CancellationToken stop)
    {
        await using var broker = await StartAsync("another password", stop);
        Assert.ThrowsAsync(
            Is.InstanceOf<Exception>(), () => LoginLoad.AugPakeAsync(new BrokerUnderTest(broker.Endpoint), Identities(), null, TimeSpan.Zero, TimeSpan.FromMilliseconds(100), stop));
    }

    private static IReadOnlyList<PartyIdentity> Identities() => [.. Enumerable.Range(0, LoginLoad.Clients).Select(i => Identity with { Client = $"device-{i}" })];

    private static Task<SecureBroker> StartAsync(string password, CancellationToken stop) => SecureBroker.StartAsync(
        new SecureBrokerOptions
        {
            ServerName = Identity.Server, AllowAnonymous = true,
            Accounts =
            [
                .. Identities().Select(i => new Account(
                    i.Client, i.Server, AugPakeGroup.P256, AugPakeProfile.Rfc6628, Verifier.ComputeW(AugPakeGroup.P256, AugPakeProfile.Rfc6628, i.Client, i.Server, password))),
            ],
        },
        stop);
}
