using Harness.Record;

namespace Harness.Sessions.Tests.Testbed;

/// <summary>One place builds broker, tap, parties and logins, ends them in order, and hides nothing that broke.</summary>
[CancelAfter(60_000)]
public sealed class SchemeTestbedTests
{
    private static readonly byte[] Reading = "level 4711 mm"u8.ToArray();

    [TestCase(SchemeNames.MqttPresent, LoginBinding.EnhancedAuthentication)]
    [TestCase(SchemeNames.AugMqtt, LoginBinding.EnhancedAuthentication)]
    [TestCase(SchemeNames.MqttAuth, LoginBinding.EnhancedAuthentication)]
    [TestCase(SchemeNames.MqttPresent, LoginBinding.Topics)]
    [TestCase(SchemeNames.MqttAuth, LoginBinding.Topics)]
    public async Task A_publisher_and_its_subscribers_talk(string scheme, LoginBinding binding, CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions { Scheme = scheme, Binding = binding }, token);
        await testbed.LogInAsync(token);
        var readers = new List<TestbedDevice> { testbed.Subscriber };
        if (SchemeNames.IsHopByHop(scheme))
        {
            // Under mqtt-present a second pair would take the publisher's key from the first.
            var further = testbed.AddHost("further", Identity("further"));
            readers.Add(further);
            await further.LogInAsync(token);
            await testbed.AdmitAsync(further, token);
        }

        await testbed.PublishAsync(Reading, token);
        foreach (var reader in readers)
        {
            Assert.That((await reader.ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo(Reading), reader.Name);
        }

        Assert.That(testbed.Devices.Select(d => d.Fingerprints[^1]), Is.EqualTo(testbed.Devices.Select(d => testbed.Broker.SessionFingerprint(d.Client))));
    }

    [Test]
    public async Task A_device_that_comes_again_keeps_its_token_and_a_new_provisioning_takes_it(CancellationToken token)
    {
        await using var testbed = new SchemeTestbed(new TestbedOptions { Scheme = SchemeNames.MqttAuth });
        using var party = new HostParty("pub");
        testbed.Add(new TestbedDevice(testbed, "pub", Identity("pub"), party) { Part = DevicePart.Publisher, Provisioning = Provisioning.OncePerIdentity });
        await testbed.StartAsync(token);
        await testbed.Publisher.LogInAsync(token);
        await testbed.AdmitAsync(testbed.Publisher, token);
        await testbed.Publisher.LogInAsync(token);
        Assert.That(await party.Tokens.GiveAsync(testbed.Topic, token), Has.Length.EqualTo(16));
        testbed.Publisher.Enrol("another password");
        await testbed.Publisher.LogInAsync(token);
        Assert.ThrowsAsync<PartyRefusedException>(async () => await party.Tokens.GiveAsync(testbed.Topic, token));
    }

    [Test]
    public async Task A_wrong_password_is_a_result_and_a_required_login_throws_with_its_own_type(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        testbed.Publisher.UsePassword("not the password");
        var result = await testbed.Publisher.TryLogInAsync(token);
        Assert.That((result.Status, result.Reason), Is.EqualTo((LoginStatus.RefusedByBroker, ReasonCode.NotAuthorized)));
        Assert.ThrowsAsync<SessionRefusedException>(() => testbed.Publisher.LogInAsync(token));
        Assert.That(testbed.Publisher.Logins.Select(l => l.Succeeded), Is.EqualTo(new[] { false, false }));
        Assert.That(testbed.Publisher.Fingerprints, Is.Empty);
        Assert.That((await testbed.Publisher.TryLogInAsync(new LoginRequest(testbed.Publisher.EnrolledPassword), token)).Succeeded, Is.True);
    }

    [Test]
    public async Task A_broker_that_was_started_again_has_its_port_and_its_accounts(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        await testbed.OpenTapAsync(null, token);
        await testbed.Publisher.LogInAsync(token);
        var endpoint = testbed.Broker.Endpoint;
        await testbed.RestartBrokerAsync(token);
        Assert.That(testbed.Broker.Endpoint, Is.EqualTo(endpoint));
        await testbed.Publisher.LogInAsync(token);
        Assert.That(testbed.Publisher.Fingerprints.Distinct().Count(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_policy_that_threw_at_the_tap_is_thrown_and_no_end_of_the_login(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        await testbed.OpenTapAsync(new Broken(), token);
        Assert.ThrowsAsync<NotSupportedException>(() => testbed.Publisher.TryLogInAsync(token));
        Assert.That(() => testbed.ThrowIfFaulted(), Throws.Nothing, "nobody is told twice");
    }

    [Test]
    public async Task A_fault_that_nobody_looked_at_is_told_at_the_end(CancellationToken token)
    {
        var testbed = await OpenAsync(new TestbedOptions(), token);
        await testbed.OpenTapAsync(new Broken(), token);
        using var party = new HostParty("pub");
        Assert.CatchAsync<SessionException>(() => DeviceSession.LoginAsync(party, testbed.SessionOptions(testbed.Publisher.Identity), token));
        Assert.That(Assert.ThrowsAsync<RigErrorException>(async () => await testbed.DisposeAsync())!.Item, Is.EqualTo("tap of the testbed"));
    }

    [Test]
    public async Task A_device_that_fails_to_end_keeps_nothing_open(CancellationToken token)
    {
        var testbed = await OpenAsync(new TestbedOptions(), token);
        await testbed.Publisher.LogInAsync(token);
        var ended = new List<string>();
        testbed.Own(new Thing(() => ended.Add("first")));
        testbed.Own(new Thing(() => throw new IOException("stuck")));
        testbed.Own(new Thing(() => ended.Add("last")));
        Assert.ThrowsAsync<IOException>(async () => await testbed.DisposeAsync());
        Assert.That(ended, Is.EqualTo(new[] { "last", "first" }));
        Assert.That(testbed.Publisher.Session, Is.Null);
        Assert.ThrowsAsync<SessionDisconnectedException>(() => testbed.Publisher.LogInAsync(token));
    }

    [Test]
    public async Task A_device_of_the_same_name_replaces_the_one_before_which_ends_with_the_testbed(CancellationToken token)
    {
        await using var testbed = await OpenAsync(new TestbedOptions(), token);
        var before = testbed.Subscriber;
        await before.LogInAsync(token);
        testbed.AddHost("sub", Identity("sub") with { Password = "another password" }, DevicePart.Subscriber);
        Assert.That((testbed.Devices.Count, testbed.Subscriber), Is.EqualTo((2, testbed.Device("sub"))));
        Assert.That(testbed.Subscriber, Is.Not.SameAs(before));
        await testbed.Subscriber.LogInAsync(token);
        await testbed.DisposeAsync();
        Assert.That(before.Session, Is.Null);
    }

    [Test]
    public async Task Each_loss_at_the_broker_is_told_once_also_one_after_another(CancellationToken token)
    {
        var testbed = await OpenAsync(new TestbedOptions
        {
            Configure = options => options with
            {
                AllowAnonymous = true, StartBroker = async (mqtt, stop) => await MqttBroker.StartAsync(mqtt with { MaximumRetained = 1 }, stop),
            },
        }, token);
        testbed.ThrowIfFaulted();
        await using (var publisher = await MqttClient.ConnectAsync(new MqttClientOptions { Port = testbed.Endpoint.Port, ClientId = "stranger" }, token))
        {
            async Task RetainAsync(string topic) => await publisher.PublishAsync(topic, new byte[1], QualityOfService.AtLeastOnce, retain: true, cancellationToken: token);
            await RetainAsync("r/1");
            await RetainAsync("r/2");
            Assert.That(Assert.Throws<RigErrorException>(testbed.ThrowIfFaulted)!.Seen, Does.StartWith("it dropped 1 message of \"stranger\""));
            Assert.That(testbed.ThrowIfFaulted, Throws.Nothing, "nobody is told twice");
            await RetainAsync("r/3");
        }

        Assert.That(Assert.ThrowsAsync<RigErrorException>(async () => await testbed.DisposeAsync())!.Seen, Does.StartWith("it dropped 2 messages of \"stranger\""));
    }

    private static async Task<SchemeTestbed> OpenAsync(TestbedOptions options, CancellationToken token)
    {
        var testbed = new SchemeTestbed(options);
        testbed.AddHost("pub", Identity("pub"), DevicePart.Publisher);
        testbed.AddHost("sub", Identity("sub"), DevicePart.Subscriber);
        await testbed.StartAsync(token);
        return testbed;
    }

    private static PartyIdentity Identity(string client) => new(client, "broker.test", "correct horse", "p256", "as-published");

    private sealed class Broken : IProxyPolicy
    {
        public ValueTask<IReadOnlyList<ProxyAction>> OnPacketAsync(ProxiedPacket packet, CancellationToken cancellationToken) => throw new NotSupportedException("a defect of the harness");
    }

    private sealed class Thing(Action end) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            end();
            return ValueTask.CompletedTask;
        }
    }
}
