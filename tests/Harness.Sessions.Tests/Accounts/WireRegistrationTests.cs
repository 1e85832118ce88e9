namespace Harness.Sessions.Tests.Accounts;

public sealed class WireRegistrationTests
{
    [TestCase(LoginBinding.EnhancedAuthentication)]
    [TestCase(LoginBinding.Topics)]
    public async Task A_device_registers_its_W_and_logs_in_with_it(LoginBinding binding)
    {
        await using var broker = await BrokerAsync(registration: true);
        using var party = new HostParty("m4");
        var options = Options(broker, "as-published") with { Binding = binding };
        await WireRegistration.RunAsync(party, options, default);
        await using var session = await DeviceSession.LoginAsync(party, options, default);
        Assert.That(session.Fingerprint, Is.EqualTo(broker.SessionFingerprint("m4")));
    }

    [Test]
    public async Task A_broker_that_takes_no_registration_refuses_it()
    {
        await using var broker = await BrokerAsync(registration: false);
        using var party = new HostParty("m4");
        Assert.That(() => WireRegistration.RunAsync(party, Options(broker, "as-published"), default), Throws.TypeOf<SessionRefusedException>());
        Assert.That(broker.Accounts.Count, Is.Zero);
    }

    [Test]
    public async Task Another_profile_lets_no_W_out()
    {
        await using var broker = await BrokerAsync(registration: true);
        using var party = new HostParty("m4");
        var refusal = Assert.ThrowsAsync<PartyRefusedException>(() => WireRegistration.RunAsync(party, Options(broker, "rfc6628"), default));
        Assert.That((refusal!.Refusal, broker.Accounts.Count), Is.EqualTo((PartyRefusal.Unsupported, 0)));
    }

    private static Task<SecureBroker> BrokerAsync(bool registration) => SecureBroker.StartAsync(
        new SecureBrokerOptions { ServerName = "broker", AllowAnonymous = true, AsPublishedRegistration = registration });

    private static DeviceSessionOptions Options(SecureBroker broker, string profile) => new()
    {
        Endpoint = broker.Endpoint, Identity = new PartyIdentity("m4", "broker", "pw", "p256", profile),
    };
}
