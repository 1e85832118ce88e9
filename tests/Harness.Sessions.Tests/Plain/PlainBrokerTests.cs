namespace Harness.Sessions.Tests.Plain;

/// <summary>Plain user names and passwords: judged by the accounts of SCRAM, refused alike, and the payloads after them as they are.</summary>
public sealed class PlainBrokerTests
{
    private SecureBroker _broker = null!;

    [SetUp]
    public async Task Start() => _broker = await SecureBroker.StartAsync(new SecureBrokerOptions
    {
        ServerName = "broker", Scheme = SchemeNames.Password, ScramAccounts = [Enrolment.CreateScram("m4", "broker", "correct horse")],
        Lockout = new LockoutOptions(3, TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(15), 100),
    });

    [TearDown]
    public ValueTask Stop() => _broker.DisposeAsync();

    [TestCase(MqttVersion.V5)]
    [TestCase(MqttVersion.V311)]
    public async Task The_right_password_of_a_known_name_alone_opens_a_session(MqttVersion version)
    {
        Assert.That(await EnterAsync("m4", "m4", "correct horse", version), Is.EqualTo(ReasonCode.Success));
        Assert.That(await EnterAsync("m4", "m4", "wrong", version), Is.EqualTo(ReasonCode.BadUserNameOrPassword));
        Assert.That(await EnterAsync("m5", "m5", "correct horse", version), Is.EqualTo(ReasonCode.BadUserNameOrPassword));
        Assert.That(await EnterAsync("m5", "m4", "correct horse", version), Is.EqualTo(ReasonCode.ClientIdentifierNotValid), "another ClientId than the user's name");
        Assert.That(await EnterAsync("m4", null, null, version), Is.EqualTo(ReasonCode.ClientIdentifierNotValid));
        Assert.That(_broker.Logins.Records.Select(l => l.Outcome), Is.EqualTo(new[]
        {
            LoginOutcome.Accepted, LoginOutcome.WrongProof, LoginOutcome.UnknownAccount, LoginOutcome.OtherName, LoginOutcome.OtherName,
        }));
    }

    [Test]
    public async Task Guessing_at_passwords_in_CONNECT_locks_the_name_out()
    {
        for (var i = 0; i < 3; i++)
        {
            await EnterAsync("m4", "m4", "wrong", MqttVersion.V5);
        }

        Assert.That(await EnterAsync("m4", "m4", "correct horse", MqttVersion.V5), Is.EqualTo(ReasonCode.BadUserNameOrPassword));
        Assert.That(_broker.Logins.Last("m4")!.Outcome, Is.EqualTo(LoginOutcome.LockedOut));
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Publisher_and_subscriber_talk_and_a_re_authentication_is_refused_plainly(CancellationToken token)
    {
        await using var testbed = new SchemeTestbed(new TestbedOptions { Scheme = SchemeNames.Password });
        testbed.AddHost("pub", new PartyIdentity("pub", "broker.test", "one", "p256", "rfc6628"), DevicePart.Publisher);
        testbed.AddHost("sub", new PartyIdentity("sub", "broker.test", "two", "p256", "rfc6628"), DevicePart.Subscriber);
        await testbed.StartAsync(token);
        await testbed.LogInAsync(token);
        await testbed.PublishAsync("level 4711 mm"u8.ToArray(), token);
        Assert.That((await testbed.Subscriber.ReadAllAsync(token)).Single().Plaintext?.ToArray(), Is.EqualTo("level 4711 mm"u8.ToArray()));
        Assert.That((await testbed.Publisher.TryReauthenticateAsync(token)).Code, Is.EqualTo("UNSUPPORTED"));
    }

    [Test]
    public void A_broker_underneath_that_judges_no_passwords_is_refused_at_the_start() => Assert.That(
        async () => await SecureBroker.StartAsync(new SecureBrokerOptions
        {
            ServerName = "broker", Scheme = SchemeNames.Password, StartBroker = async (options, token) => new Deaf(await Harness.Mqtt.Broker.MqttBroker.StartAsync(options, token)),
        }),
        Throws.InstanceOf<Harness.Record.InconclusiveException>().With.Message.Contains("judges passwords").And.Property(nameof(Harness.Record.InconclusiveException.NextCommand)).Contains("rigs/sim.yaml"));

    private sealed class Deaf(Harness.Mqtt.Broker.MqttBroker inner) : IMqttBroker
    {
        public System.Net.IPEndPoint Endpoint => inner.Endpoint;

        public IReadOnlyCollection<string> ConnectedClients => inner.ConnectedClients;

        public bool SupportsReauthentication => inner.SupportsReauthentication;

        public Task PublishAsync(
            string topic, ReadOnlyMemory<byte> payload, QualityOfService qos, bool retain, string? onlyToClient, CancellationToken cancellationToken) =>
            inner.PublishAsync(topic, payload, qos, retain, onlyToClient, cancellationToken);

        public Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason) => inner.DisconnectClientAsync(clientId, reason);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private async Task<ReasonCode> EnterAsync(string clientId, string? user, string? password, MqttVersion version)
    {
        try
        {
            var mqtt = await MqttClient.ConnectAsync(
                new MqttClientOptions
                {
                    Host = _broker.Endpoint.Address.ToString(), Port = _broker.Endpoint.Port, ClientId = clientId, UserName = user, Version = version,
                    Password = password is null ? null : System.Text.Encoding.UTF8.GetBytes(password),
                },
                default);
            await mqtt.DisposeAsync();
            return ReasonCode.Success;
        }
        catch (MqttRefusedException e)
        {
            return e.Reason;
        }
    }
}
