using System.Net.Security;
using Harness.Crypto.AugPake;
using Harness.Sessions.Topics;

namespace Harness.Brokers.Tests.StandAlone;

/// <summary>Rights and TLS at Mosquitto: who may do what, and how its own side and devices come in all the same.</summary>
[CancelAfter(60_000)]
[Parallelizable(ParallelScope.All)]
public sealed class MosquittoTests
{
    private static readonly BrokerLogin Tester = new("tester", "quite-secret"u8.ToArray());

    [OneTimeSetUp]
    public void Mosquitto_is_there() => NeedsProgram.Find("mosquitto", "mosquitto");

    [TestCase(BrokerRights.Open, false)]
    [TestCase(BrokerRights.Open, true)]
    [TestCase(BrokerRights.Password, false)]
    [TestCase(BrokerRights.Acl, false)]
    [TestCase(BrokerRights.DynamicSecurity, true)]
    public async Task Devices_talk_whatever_rights_and_transport_it_has(BrokerRights rights, bool tls, CancellationToken cancellationToken)
    {
        await using var testbed = Talk.Testbed(With(new BrokerSetup { Rights = rights, Tls = tls, Login = rights == BrokerRights.Password ? Tester : null }));
        await testbed.StartAsync(cancellationToken);

        await testbed.LogInAsync(cancellationToken);
        await Talk.ExchangeAsync(testbed, "21.5 C", cancellationToken);
    }

    [Test]
    public async Task Only_the_user_of_the_password_file_comes_in(CancellationToken cancellationToken)
    {
        await using var broker = await With(new BrokerSetup { Rights = BrokerRights.Password, Login = Tester })(new MqttBrokerOptions(), cancellationToken);

        await using (await ConnectAsync(broker, "a", Tester.User, "quite-secret", cancellationToken))
        {
        }

        Assert.That(async () => await ConnectAsync(broker, "b", Tester.User, "another", cancellationToken), Throws.TypeOf<MqttRefusedException>());
        Assert.That(async () => await ConnectAsync(broker, "c", null, null, cancellationToken), Throws.TypeOf<MqttRefusedException>());
    }

    [TestCase(BrokerRights.Acl)]
    [TestCase(BrokerRights.DynamicSecurity)]
    public async Task A_client_without_a_user_speaks_for_nobody_below_aug(BrokerRights rights, CancellationToken cancellationToken)
    {
        await using var broker = await With(new BrokerSetup { Rights = rights })(new MqttBrokerOptions(), cancellationToken);
        await using var victim = await ConnectAsync(broker, "m4", null, null, cancellationToken);
        await using var stranger = await ConnectAsync(broker, "stranger", null, null, cancellationToken);
        await victim.SubscribeAsync("aug/6d34/s", cancellationToken: cancellationToken);
        await victim.SubscribeAsync("lab/level", cancellationToken: cancellationToken);
        var everything = await stranger.SubscribeAsync("#", cancellationToken: cancellationToken);
        var system = await stranger.SubscribeAsync("$SYS/#", cancellationToken: cancellationToken);

        await stranger.PublishAsync("aug/6d34/s", "forged"u8.ToArray(), QualityOfService.AtLeastOnce, cancellationToken: cancellationToken);
        await stranger.PublishAsync("lab/level", "allowed"u8.ToArray(), QualityOfService.AtLeastOnce, cancellationToken: cancellationToken);

        Assert.That(Encoding.UTF8.GetString((await victim.Messages.ReadAsync(cancellationToken)).Payload.Span), Is.EqualTo("allowed"), "the forged one never came");
        if (rights == BrokerRights.DynamicSecurity)
        {
            Assert.That((everything, system), Is.EqualTo((ReasonCode.UnspecifiedError, ReasonCode.UnspecifiedError)));
        }
    }

    [Test]
    public async Task A_login_on_topics_makes_a_user_bound_to_the_ClientId(CancellationToken cancellationToken)
    {
        var keys = new TaskCompletionSource<byte[]>();
        IMqttBroker broker = null!;
        StartMqttBroker start = async (options, token) => broker = await With(new BrokerSetup { Rights = BrokerRights.DynamicSecurity })(options, token);
        await using var testbed = Talk.Testbed(async (options, token) => new Granting(await start(options, token), keys));
        await testbed.StartAsync(cancellationToken);
        await testbed.LogInAsync(cancellationToken);

        var password = Convert.ToHexStringLower(await keys.Task.WaitAsync(cancellationToken));

        await using (var own = await ConnectAsync(broker, "pub", "pub", password, cancellationToken))
        {
            Assert.That(await own.SubscribeAsync("aug/707562/s", cancellationToken: cancellationToken), Is.LessThan(ReasonCode.UnspecifiedError));
            Assert.That(await own.SubscribeAsync("aug/737562/key", cancellationToken: cancellationToken), Is.EqualTo(ReasonCode.UnspecifiedError), "another client's");
        }

        Assert.That(async () => await ConnectAsync(broker, "somebody-else", "pub", password, cancellationToken), Throws.TypeOf<MqttRefusedException>(), "bound to its ClientId");
        Assert.That(async () => await ConnectAsync(broker, "pub", "pub", new string('0', 64), cancellationToken), Throws.TypeOf<MqttRefusedException>());
    }

    [Test]
    public void The_credential_is_one_of_the_session_key_and_the_client()
    {
        using var one = new SessionKey(Enumerable.Repeat((byte)1, 32).ToArray());
        using var two = new SessionKey(Enumerable.Repeat((byte)2, 32).ToArray());
        var (first, again) = (TopicCredential.Of(one, "m4"), TopicCredential.Of(one, "m4"));
        Assert.That(first, Has.Length.EqualTo(32).And.EqualTo(again));
        Assert.That(first, Is.Not.EqualTo(TopicCredential.Of(two, "m4")).And.Not.EqualTo(TopicCredential.Of(one, "m5")).And.Not.EqualTo(one.Bytes.ToArray()));
    }

    [Test]
    public async Task A_gate_takes_no_certificate_of_another_authority(CancellationToken cancellationToken)
    {
        using var files = new BrokerFiles("gate", null);
        using var others = new BrokerFiles("gate", null);
        var (own, other) = (OwnCertificate.Write(files, System.Net.IPAddress.Loopback), OwnCertificate.Write(others, System.Net.IPAddress.Loopback));
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var serving = Task.Run(
            async () =>
            {
                using var tls = new SslStream(new NetworkStream(await listener.AcceptSocketAsync(cancellationToken), ownsSocket: true));
                await tls.AuthenticateAsServerAsync(System.Security.Cryptography.X509Certificates.X509Certificate2.CreateFromPemFile(own.CertificateFile, own.KeyFile));
                _ = await tls.ReadAsync(new byte[1], cancellationToken);
            },
            cancellationToken);
        await using var gate = TlsGate.Open((System.Net.IPEndPoint)listener.LocalEndpoint, BrokerTls.ClientOptions("127.0.0.1", other.Authorities));

        Assert.That(
            async () => await MqttClient.ConnectAsync(new MqttClientOptions { Host = "127.0.0.1", Port = gate.Endpoint.Port, ClientId = "c", Version = MqttVersion.V311 }, cancellationToken),
            Throws.InstanceOf<MqttException>());
        await serving.ContinueWith(_ => { }, CancellationToken.None);
        Assert.That(gate.Failure, Is.InstanceOf<System.Security.Authentication.AuthenticationException>());
    }

    [TestCase("a:b", "quite-secret", "user")]
    [TestCase("", "quite-secret", "user")]
    public void Words_that_its_files_would_read_as_something_else_are_refused_and_not_shown(string user, string password, string what, CancellationToken cancellationToken) =>
        Assert.That(
            async () => await With(new BrokerSetup { Rights = BrokerRights.Password, Login = new BrokerLogin(user, Encoding.UTF8.GetBytes(password)) })(new MqttBrokerOptions(), cancellationToken),
            Throws.TypeOf<MqttNotConnectedException>().With.Message.StartsWith($"the {what} of the rig's broker").And.Message.Not.Contains("secret"));

    [Test]
    public void A_login_never_shows_its_password() => Assert.That(Tester.ToString(), Is.EqualTo("user tester"));

    [Test]
    public void A_setting_that_it_refuses_is_told_with_its_own_words(CancellationToken cancellationToken) =>
        Assert.That(
            async () => await With(new BrokerSetup())(new MqttBrokerOptions { Address = System.Net.IPAddress.Parse("192.0.2.1"), Port = 18830 }, cancellationToken),
            Throws.TypeOf<MqttNotConnectedException>().Or.TypeOf<MqttTimedOutException>().With.Message.Contains("mosquitto"));

    private static StartMqttBroker With(BrokerSetup setup) => (options, token) => MosquittoDriver.StartAsync(options with { Setup = setup }, token);

    private static Task<MqttClient> ConnectAsync(IMqttBroker broker, string client, string? user, string? password, CancellationToken cancellationToken) => MqttClient.ConnectAsync(
        new MqttClientOptions
        {
            Host = broker.Endpoint.Address.ToString(), Port = broker.Endpoint.Port, ClientId = client, Version = MqttVersion.V311, UserName = user,
            Password = password is null ? null : Encoding.UTF8.GetBytes(password),
        },
        cancellationToken);

    /// <summary>Tells the first credential that a broker was asked to make for the publisher, once it is made.</summary>
    private sealed class Granting(IMqttBroker broker, TaskCompletionSource<byte[]> made) : IMqttBroker, ITopicCredentials
    {
        public System.Net.IPEndPoint Endpoint => broker.Endpoint;

        public IReadOnlyCollection<string> ConnectedClients => broker.ConnectedClients;

        public bool SupportsReauthentication => broker.SupportsReauthentication;

        public bool StandsAlone => broker.StandsAlone;

        public bool GivesCredentials => ((ITopicCredentials)broker).GivesCredentials;

        public async Task GrantAsync(string client, ReadOnlyMemory<byte> password, CancellationToken cancellationToken)
        {
            await ((ITopicCredentials)broker).GrantAsync(client, password, cancellationToken);
            _ = client == "pub" && made.TrySetResult(password.ToArray());
        }

        public Task PublishAsync(string topic, ReadOnlyMemory<byte> payload, QualityOfService qos, bool retain, string? onlyToClient, CancellationToken cancellationToken) =>
            broker.PublishAsync(topic, payload, qos, retain, onlyToClient, cancellationToken);

        public Task<bool> DisconnectClientAsync(string clientId, ReasonCode reason) => broker.DisconnectClientAsync(clientId, reason);

        public ValueTask DisposeAsync() => broker.DisposeAsync();
    }
}
