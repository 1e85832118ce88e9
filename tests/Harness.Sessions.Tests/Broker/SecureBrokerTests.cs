namespace Harness.Sessions.Tests.Broker;

public sealed class SecureBrokerTests
{
    private static readonly Account Account = Enrolment.Create("m4", "broker", AugPakeGroup.P256, AugPakeProfile.AsPublished, "pw");

    [Test]
    public async Task A_client_registers_as_published_and_then_logs_in()
    {
        await using var broker = await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker", AllowAnonymous = true, AsPublishedRegistration = true });
        var pake = new ForeignAugPake(true, "m4", "broker", "pw");
        await using (var stranger = await AnonymousAsync(broker, "m4"))
        {
            Assert.That(await stranger.PublishAsync(PrivateTopics.Registration("m4"), (byte[])[1, .. pake.W()], QualityOfService.AtLeastOnce), Is.LessThan(ReasonCode.UnspecifiedError));
        }

        using var party = new HostParty("m4");
        await using var session = await DeviceSession.LoginAsync(party, Options(broker, "modp2048-q256"), default);
        Assert.That(session.Fingerprint, Is.EqualTo(broker.SessionFingerprint("m4")));
    }

    [Test]
    public async Task Without_the_option_nobody_registers()
    {
        await using var broker = await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker", AllowAnonymous = true });
        await using var stranger = await AnonymousAsync(broker, "m4");
        var reason = await stranger.PublishAsync(PrivateTopics.Registration("m4"), (byte[])[1, .. Account.Verifier.ToArray()], QualityOfService.AtLeastOnce);
        Assert.That((reason, broker.Accounts.Count), Is.EqualTo((ReasonCode.NotAuthorized, 0)));
    }

    [Test]
    public async Task A_broker_stopped_and_started_on_its_port_takes_logins_again()
    {
        var broker = await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker", Accounts = [Account] });
        var port = broker.Endpoint.Port;
        using var party = new HostParty("m4");
        await using var before = await DeviceSession.LoginAsync(party, Options(broker, "p256"), default);
        await broker.DisposeAsync();
        await broker.DisposeAsync();
        await using var again = await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker", Accounts = [Account], Port = port });
        await using var after = await DeviceSession.LoginAsync(party, Options(again, "p256"), default);
        Assert.That(after.Fingerprint, Is.EqualTo(again.SessionFingerprint("m4")).And.Not.EqualTo(before.Fingerprint));
    }

    [Test]
    public void A_taken_port_is_an_error()
    {
        using var taken = new TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var options = new SecureBrokerOptions { ServerName = "broker", Port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port };
        Assert.That(async () => await SecureBroker.StartAsync(options), Throws.InstanceOf<MqttNotConnectedException>());
    }

    [Test]
    public void Accounts_of_another_server_and_second_accounts_are_refused()
    {
        Assert.That(async () => await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "other", Accounts = [Account] }), Throws.ArgumentException);
        Assert.That(async () => await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker", Accounts = [Account, Account] }), Throws.ArgumentException);
        Assert.That(async () => await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker", KeyBits = 96 }), Throws.ArgumentException);
    }

    [Test]
    public async Task A_removed_account_no_longer_logs_in()
    {
        await using var broker = await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker", Accounts = [Account] });
        Assert.That(broker.Accounts.Remove("m4", Account.Method), Is.True);
        using var party = new HostParty("m4");
        Assert.ThrowsAsync<SessionRefusedException>(() => DeviceSession.LoginAsync(party, Options(broker, "p256"), default));
        Assert.That(broker.Logins.Last("m4")!.Outcome, Is.EqualTo(LoginOutcome.UnknownAccount));
    }

    [Test]
    public async Task The_next_login_can_be_waited_for()
    {
        await using var broker = await SecureBroker.StartAsync(new SecureBrokerOptions { ServerName = "broker", Accounts = [Account] });
        var next = broker.Logins.NextAsync("m4", new CancellationTokenSource(Bench.Limit).Token);
        using var party = new HostParty("m4");
        await using var session = await DeviceSession.LoginAsync(party, Options(broker, "p256"), default);
        Assert.That((await next).Fingerprint, Is.EqualTo(session.Fingerprint));
    }

    [Test]
    public void The_recent_records_are_bounded_and_keep_the_latest()
    {
        var journal = new RecentRecords<LoginRecord>();
        for (var i = 0; i < RecentRecords<LoginRecord>.Capacity + 10; i++)
        {
            journal.Add(new LoginRecord($"c{i}", "m", LoginOutcome.UnknownAccount, false, null, DateTimeOffset.UnixEpoch));
        }

        Assert.That(journal.Records, Has.Count.EqualTo(RecentRecords<LoginRecord>.Capacity));
        Assert.That((journal.Last("c0"), journal.Last("c20")?.Client), Is.EqualTo(((LoginRecord?)null, "c20")));
    }

    private static Task<MqttClient> AnonymousAsync(SecureBroker broker, string client) =>
        MqttClient.ConnectAsync(new MqttClientOptions { Port = broker.Endpoint.Port, ClientId = client }, CancellationToken.None);

    private static DeviceSessionOptions Options(SecureBroker broker, string group) => new()
    {
        Endpoint = broker.Endpoint,
        Identity = new PartyIdentity("m4", "broker", "pw", group, "as-published"),
        LoginTimeout = Bench.Limit,
    };
}
