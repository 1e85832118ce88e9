using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Harness.Brokers.Tests.Audit;

/// <summary>Findings of an audit at brokers whose faults are known, and their absence at others.</summary>
[CancelAfter(60_000)]
[Parallelizable(ParallelScope.All)]
public sealed class BrokerAuditTests
{
    [Test]
    public async Task An_open_broker_has_findings_about_logins_and_about_everything_that_may_be_read(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions { AllowAnonymous = true }, cancellationToken);
        await broker.PublishAsync("plant/1", "kept"u8.ToArray(), QualityOfService.AtLeastOnce, retain: true, cancellationToken: cancellationToken);

        var checks = await AskAsync(broker.Endpoint, null, cancellationToken);

        Assert.That(checks["tls.offered"].Severity, Is.EqualTo(AuditSeverity.Low), "plain, but on loopback");
        Assert.That(checks["login.anonymous"], Has.Property(nameof(AuditCheck.Severity)).EqualTo(AuditSeverity.High).And.Property(nameof(AuditCheck.Setting)).Contains("allow_anonymous false"));
        Assert.That(checks["read.anonymous.all"].Evidence, Does.StartWith("granted; 1 messages on 1 topics").And.Contain("1 of them retained"));
        Assert.That(checks["read.anonymous.all"].IsFinding, Is.True);
        Assert.That(checks["read.anonymous.sys"].Severity, Is.Null, "it publishes nothing there");
        Assert.That(checks["limits.packet"].Severity, Is.Null, checks["limits.packet"].Evidence);
    }

    [Test]
    public async Task A_broker_that_wants_a_password_has_no_finding_about_strangers(CancellationToken cancellationToken)
    {
        _ = NeedsProgram.Find("mosquitto", "mosquitto");
        var login = new BrokerLogin("tester", "quite-secret"u8.ToArray());
        await using var broker = await MosquittoDriver.StartAsync(new MqttBrokerOptions { Setup = new BrokerSetup { Rights = BrokerRights.Password, Login = login } }, cancellationToken);

        await using (var publisher = await MqttClient.ConnectAsync(new MqttClientOptions { Port = broker.Endpoint.Port, ClientId = "p", UserName = login.User, Password = "quite-secret"u8.ToArray() }, cancellationToken))
        {
            await publisher.PublishAsync("plant/1", "on"u8.ToArray(), QualityOfService.AtLeastOnce, retain: true, cancellationToken);
        }

        var checks = await AskAsync(broker.Endpoint, login, cancellationToken);

        Assert.That(checks["login.anonymous"].Severity, Is.Null);
        Assert.That(checks["read.anonymous.all"].WasTried, Is.False);
        Assert.That(checks["login.user"].WasTried, Is.True);
        Assert.That((checks["read.user.all"].Severity, checks["read.user.sys"].Severity), Is.EqualTo((AuditSeverity.Medium, AuditSeverity.Low)), checks["read.user.sys"].Evidence);
        Assert.That(checks.Values.Select(c => c.Evidence + c.Setting), Has.None.Contains("quite-secret"));
    }

    [Test]
    public async Task A_user_who_is_refused_leaves_the_audit_open(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions(), cancellationToken);

        var checks = await AskAsync(broker.Endpoint, new BrokerLogin("tester", "wrong"u8.ToArray()), cancellationToken);

        Assert.That((checks["login.user"].IsOpen, checks["read.user.all"].IsOpen), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_broker_that_lets_nobody_in_leaves_questions_untried(CancellationToken cancellationToken)
    {
        await using var broker = await MqttBroker.StartAsync(new MqttBrokerOptions(), cancellationToken);

        var checks = await AskAsync(broker.Endpoint, null, cancellationToken);

        Assert.That(checks["login.anonymous"].Severity, Is.Null);
        Assert.That(checks["read.anonymous.all"].WasTried || checks["limits.packet"].WasTried, Is.False);
    }

    [Test]
    public async Task A_certificate_that_nobody_trusts_is_a_finding_and_modern_TLS_none(CancellationToken cancellationToken)
    {
        using var files = new BrokerFiles("audit", null);
        var own = OwnCertificate.Write(files, IPAddress.Loopback);
        using var certificate = X509Certificate2.CreateFromPemFile(own.CertificateFile, own.KeyFile);
        await using var server = Serve(async (stream, token) =>
        {
            using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, token);
            _ = await tls.ReadAsync(new byte[1], token);
        });

        var (checks, shown) = await BrokerAudit.AskTlsAsync(new AuditTarget(server.Endpoint, "127.0.0.1"), server.Endpoint, cancellationToken);

        Assert.That(shown!.RawData, Is.EqualTo(certificate.RawData));
        Assert.That(checks.Where(c => c.Severity is not null).Select(c => c.Id), Is.EquivalentTo(["tls.trust", "tls.dates"]), "it is made for the run, of less than 30 days");
        Assert.That(checks.Single(c => c.Id == "tls.dates").Severity, Is.EqualTo(AuditSeverity.Low));
    }

    [TestCase((byte)1, (byte)0x00, (byte)0x2F, "tls.versions")]
    [TestCase((byte)3, (byte)0x00, (byte)0x05, "tls.suites")]
    public async Task A_server_that_takes_an_old_version_or_a_weak_suite_is_found(byte minor, byte suite, byte low, string finding)
    {
        await using var server = Serve(async (stream, token) =>
        {
            var hello = new byte[512];
            var count = await stream.ReadAsync(hello, token);
            byte[] wanted = [3, minor];
            var offers = hello.AsSpan(0, count).IndexOf((byte[])[suite, low]) > 0 && hello.AsSpan(9, 2).SequenceEqual(wanted);
            await stream.WriteAsync(offers ? [0x16, 3, minor, 0, 42, 2, 0, 0, 38, 3, minor, .. new byte[32], 0, suite, low, 0, .. new byte[90]] : (byte[])[0x15, 3, 1, 0, 2, 2, 70], token);
        });

        var (checks, _) = await BrokerAudit.AskTlsAsync(new AuditTarget(server.Endpoint, "127.0.0.1"), server.Endpoint, CancellationToken.None);

        Assert.That(checks.Where(c => c.IsFinding).Select(c => c.Id), Is.EqualTo(new[] { finding }));
    }

    [Test]
    public void A_certificate_that_is_over_short_or_of_another_name_is_a_finding()
    {
        using var key = RSA.Create(1024);
        using var certificate = new CertificateRequest("CN=old", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-20), DateTimeOffset.UtcNow.AddDays(-1));

        var checks = TlsAudit.OfCertificate(certificate, SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateChainErrors, "broker", DateTimeOffset.UtcNow).ToList();

        Assert.That(checks.Where(c => c.IsFinding).Select(c => c.Id), Is.EquivalentTo(["tls.dates", "tls.name", "tls.key"]));
        Assert.That(checks.First(c => c.Id == "tls.dates").Severity, Is.EqualTo(AuditSeverity.High));
    }

    private static async Task<Dictionary<string, AuditCheck>> AskAsync(IPEndPoint broker, BrokerLogin? login, CancellationToken cancellationToken)
    {
        var target = new AuditTarget(broker, "127.0.0.1") { User = login?.User, Password = login?.Password.ToArray(), ListenFor = TimeSpan.FromSeconds(1) };
        var (tls, _) = await BrokerAudit.AskTlsAsync(target, broker, cancellationToken);
        return tls.Concat(await BrokerAudit.AskMqttAsync(target, broker, cancellationToken)).ToDictionary(c => c.Id);
    }

    private static Server Serve(Func<Stream, CancellationToken, Task> talk) => new(talk);

    private sealed class Server : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly CancellationTokenSource _stopping = new();
        private readonly Task _serving;

        public Server(Func<Stream, CancellationToken, Task> talk)
        {
            _listener.Start();
            Endpoint = (IPEndPoint)_listener.LocalEndpoint;
            _serving = Task.Run(async () =>
            {
                while (true)
                {
                    using var stream = new NetworkStream(await _listener.AcceptSocketAsync(_stopping.Token), ownsSocket: true);
                    try
                    {
                        await talk(stream, _stopping.Token);
                    }
                    catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
                    {
                        // The next one.
                    }
                }
            });
        }

        public IPEndPoint Endpoint { get; }

        public async ValueTask DisposeAsync()
        {
            await _stopping.CancelAsync();
            _listener.Stop();
            await _serving.ContinueWith(_ => { }, CancellationToken.None);
            _stopping.Dispose();
        }
    }
}
