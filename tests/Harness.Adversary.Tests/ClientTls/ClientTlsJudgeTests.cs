using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Harness.Adversary.ClientTls;
using Harness.Mqtt.Codec;
using Harness.Sessions.Tls;
using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Harness.Adversary.Tests.ClientTls;

/// <summary>Clients in this process, each with one fault, before the presentations; and clients of which nothing can be said.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[CancelAfter(60_000)]
public sealed class ClientTlsJudgeTests
{
    private static readonly byte[] Connect = MqttCodec.Encode(new ConnectPacket { ClientId = "d-1", UserName = "probe", Password = "quite secret"u8.ToArray() }, MqttVersion.V311);

    private static TlsPresentation Of(string id) => TlsPresentation.All.Single(p => p.Id == id);

    private static TlsEnd Careful => TlsEnds.Client("localhost", X509CertificateLoader.LoadCertificate(JudgeBench.Authority.Certificate));

    [Test]
    public async Task A_client_that_checks_the_chain_holds_and_one_that_checks_nothing_is_told_by_the_bytes_that_left_it(CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync();
        Task<TlsOutcome> Judge(string id, TlsEnd end) => bench.Judge.JudgeAsync(Of(id), _ => TaskClient.Start(stop => LogInAsync(bench.Port, end, stop)), cancellationToken);

        var valid = await Judge("valid", Careful);
        Assert.That(valid.Verdict, Is.EqualTo(TlsVerdict.LoggedIn), valid.Evidence);
        var held = await Judge("wrong-ca", Careful);
        Assert.That(held.Verdict, Is.EqualTo(TlsVerdict.Held), held.Evidence);
        var fails = await Judge("wrong-ca", TlsEnds.TrustingClient("localhost"));
        Assert.That(fails.Verdict, Is.EqualTo(TlsVerdict.Fails), fails.Evidence);
        Assert.That(fails.Evidence, Does.EndWith($"it sent {Connect.Length} bytes of application data, CONNECT of MQTT 3.1.1: ClientId 3 bytes (bytes 15 to 17), user name 5 bytes (bytes 20 to 24), password 12 bytes (bytes 27 to 38)"));
        Assert.That(fails.Evidence, Does.Not.Contain("quite secret").And.Not.Contain("d-1").And.Not.Contain("probe"));
    }

    [Test]
    public async Task A_staple_that_is_missing_is_advisory(CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync();
        Assert.That((await JudgeAsync(bench, "valid", Careful, cancellationToken)).Verdict, Is.EqualTo(TlsVerdict.LoggedIn));
        Assert.That((await JudgeAsync(bench, "must-staple", Careful, cancellationToken)).Verdict, Is.EqualTo(TlsVerdict.Advisory));
    }

    [TestCase(SslProtocols.Tls13)]
    [TestCase(SslProtocols.Tls12)]
    public async Task A_client_that_asks_for_the_status_must_heed_a_revocation(SslProtocols version, CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync();
        var valid = await JudgeAsync(bench, "valid", Asking(version, heeds: true), cancellationToken);
        Assert.That(valid.Verdict, Is.EqualTo(TlsVerdict.LoggedIn), valid.Evidence);
        var held = await JudgeAsync(bench, "revoked", Asking(version, heeds: true), cancellationToken);
        Assert.That(held.Verdict, Is.EqualTo(TlsVerdict.Held), held.Evidence);
        var fails = await JudgeAsync(bench, "revoked", Asking(version, heeds: false), cancellationToken);
        Assert.That((fails.Verdict, fails.Evidence.Contains("was told that it is revoked, and it sent", StringComparison.Ordinal)), Is.EqualTo((TlsVerdict.Fails, true)), fails.Evidence);
        var careless = await JudgeAsync(bench, "revoked", Careful, cancellationToken);
        Assert.That(careless.Verdict, Is.EqualTo(TlsVerdict.Fails), $"SslStream asks even where its program looks at no revocation: {careless.Evidence}");
    }

    private static TlsEnd Asking(SslProtocols version, bool heeds) => async (stream, token) =>
    {
        var ssl = new System.Net.Security.SslStream(stream);
        await ssl.AuthenticateAsClientAsync(
            new System.Net.Security.SslClientAuthenticationOptions
            {
                TargetHost = "localhost", EnabledSslProtocols = version, RemoteCertificateValidationCallback = heeds ? null : (_, _, _, _) => true,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { X509CertificateLoader.LoadCertificate(JudgeBench.Authority.Certificate) },
                    RevocationMode = X509RevocationMode.Online, RevocationFlag = X509RevocationFlag.EndCertificateOnly,
                },
            },
            token);
        return ssl;
    };

    [Test]
    public async Task Nothing_is_judged_before_a_valid_certificate_was_taken(CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync();
        TlsEnd strict = TlsEnds.Client("another.name", X509CertificateLoader.LoadCertificate(JudgeBench.Authority.Certificate));

        var control = await JudgeAsync(bench, "valid", strict, cancellationToken);
        Assert.That((control.Verdict, control.HasConnected), Is.EqualTo((TlsVerdict.NotJudged, true)), control.Evidence);
        var after = await JudgeAsync(bench, "expired", strict, cancellationToken);
        Assert.That((after.Verdict, after.Evidence), Is.EqualTo((TlsVerdict.NotJudged, "the control valid did not succeed, so that a refusal would tell nothing")));
    }

    [Test]
    public async Task A_client_that_never_connects_is_not_judged(CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync(0.3);
        var stays = await bench.Judge.JudgeAsync(TlsPresentation.Valid, _ => TaskClient.Start(stop => Task.Delay(Timeout.Infinite, stop)), cancellationToken);
        Assert.That((stays.Verdict, stays.Evidence), Is.EqualTo((TlsVerdict.NotJudged, "no connection within 0.3 s")));
        var ends = await bench.Judge.JudgeAsync(TlsPresentation.Valid, _ => TaskClient.Start(_ => Task.CompletedTask), cancellationToken);
        Assert.That((ends.Verdict, ends.Evidence), Is.EqualTo((TlsVerdict.NotJudged, "it ended with status 1 without a connection")));
    }

    [Test]
    public async Task Silence_is_no_refusal_neither_in_the_handshake_nor_after_it(CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync(3);
        Assert.That((await JudgeAsync(bench, "valid", Careful, cancellationToken)).Verdict, Is.EqualTo(TlsVerdict.LoggedIn));
        var before = await bench.Judge.JudgeAsync(Of("expired"), _ => TaskClient.Start(async stop =>
        {
            using var plain = await ConnectAsync(bench.Port, stop);
            await plain.GetStream().WriteAsync(new byte[] { 22, 3, 1, 0, 200 }, stop); // the beginning of a hello
            await Task.Delay(Timeout.Infinite, stop);
        }), cancellationToken);
        Assert.That(before.Verdict, Is.EqualTo(TlsVerdict.NotJudged), before.Evidence);
        var after = await bench.Judge.JudgeAsync(Of("expired"), _ => TaskClient.Start(async stop =>
        {
            using var plain = await ConnectAsync(bench.Port, stop);
            using var tls = await TlsEnds.TrustingClient("localhost")(plain.GetStream(), stop);
            await Task.Delay(Timeout.Infinite, stop);
        }), cancellationToken);
        Assert.That((after.Verdict, after.Evidence), Is.EqualTo((TlsVerdict.NotJudged, "TLS 1.3, TLS_AES_256_GCM_SHA384: the handshake was completed, and nothing followed")));
    }

    [Test]
    public async Task A_client_that_leaves_after_the_handshake_without_a_byte_has_refused(CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync();
        Assert.That((await JudgeAsync(bench, "valid", Careful, cancellationToken)).Verdict, Is.EqualTo(TlsVerdict.LoggedIn));
        var left = await bench.Judge.JudgeAsync(Of("wrong-name"), _ => TaskClient.Start(async stop =>
        {
            using var plain = await ConnectAsync(bench.Port, stop);
            using var tls = await TlsEnds.TrustingClient("localhost")(plain.GetStream(), stop);
        }), cancellationToken);
        Assert.That(left.Verdict, Is.EqualTo(TlsVerdict.Held), left.Evidence);
        Assert.That(left.Evidence, Does.EndWith("left after the handshake without a byte"));
    }

    [Test]
    public async Task A_client_that_tries_again_by_worse_means_after_its_refusal_fails(CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync();
        Assert.That((await JudgeAsync(bench, "valid", Careful, cancellationToken)).Verdict, Is.EqualTo(TlsVerdict.LoggedIn));
        var outcome = await bench.Judge.JudgeAsync(Of("self-signed"), _ => TaskClient.Start(async stop =>
        {
            Assert.That(async () => await LogInAsync(bench.Port, Careful, stop), Throws.Exception);
            await LogInAsync(bench.Port, TlsEnds.TrustingClient("localhost"), stop);
        }), cancellationToken);
        Assert.That(outcome.Verdict, Is.EqualTo(TlsVerdict.Fails), outcome.Evidence);
    }

    [Test]
    public async Task A_client_that_speaks_no_TLS_fails_at_once(CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync();
        var outcome = await bench.Judge.JudgeAsync(TlsPresentation.Valid, _ => TaskClient.Start(async stop =>
        {
            using var plain = await ConnectAsync(bench.Port, stop);
            await plain.GetStream().WriteAsync(Connect, stop);
            await plain.GetStream().ReadExactlyAsync(new byte[1], stop);
        }), cancellationToken);
        Assert.That((outcome.Verdict, outcome.Sent!.HasPassword), Is.EqualTo((TlsVerdict.Fails, true)), outcome.Evidence);
        Assert.That(outcome.Evidence, Does.StartWith("no TLS: it sent in clear").And.Not.Contain("quite secret"));
    }

    [Test]
    public async Task A_client_that_overlooks_the_mark_of_a_downgrade_fails_and_one_without_TLS_1_3_is_not_asked(CancellationToken cancellationToken)
    {
        await using var bench = await JudgeBench.StartAsync();
        TlsEnd lax = (stream, _) => Task.FromResult(Lax(stream, pretends: true));
        foreach (var control in new[] { "valid", "valid-1.2" })
        {
            var logged = await JudgeAsync(bench, control, Both, cancellationToken);
            Assert.That(logged.Verdict, Is.EqualTo(TlsVerdict.LoggedIn), logged.Evidence);
        }

        var held = await JudgeAsync(bench, "downgrade", Both, cancellationToken);
        Assert.That(held.Verdict, Is.EqualTo(TlsVerdict.Held), held.Evidence);
        var fails = await JudgeAsync(bench, "downgrade", lax, cancellationToken);
        Assert.That(fails.Verdict, Is.EqualTo(TlsVerdict.Fails), fails.Evidence);
        var old = await JudgeAsync(bench, "downgrade", (stream, _) => Task.FromResult(Lax(stream, pretends: false)), cancellationToken);
        Assert.That(old.Verdict, Is.EqualTo(TlsVerdict.NotApplicable), old.Evidence);
    }

    private static TlsEnd Both => TlsEnds.TrustingClient("localhost", System.Security.Authentication.SslProtocols.Tls12 | System.Security.Authentication.SslProtocols.Tls13);

    private static Task<TlsOutcome> JudgeAsync(JudgeBench bench, string id, TlsEnd end, CancellationToken cancellationToken) =>
        bench.Judge.JudgeAsync(Of(id), _ => TaskClient.Start(stop => LogInAsync(bench.Port, end, stop)), cancellationToken);

    private static async Task<TcpClient> ConnectAsync(int port, CancellationToken stop)
    {
        var plain = new TcpClient();
        await plain.ConnectAsync(IPAddress.Loopback, port, stop);
        return plain;
    }

    private static async Task LogInAsync(int port, TlsEnd end, CancellationToken stop)
    {
        using var plain = await ConnectAsync(port, stop);
        using var tls = await Task.Run(() => end(plain.GetStream(), stop), stop);
        await tls.WriteAsync(Connect, stop);
        await tls.FlushAsync(stop);
        _ = await tls.ReadAsync(new byte[4], stop);
    }

    // TLS 1.2 alone, by a hello that says 1.3: such a client does not look for the mark.
    private static Stream Lax(Stream stream, bool pretends)
    {
        var protocol = new TlsClientProtocol(stream);
        protocol.Connect(new LaxClient(pretends));
        return protocol.Stream;
    }

    private sealed class LaxClient(bool pretends) : DefaultTlsClient(new BcTlsCrypto()), TlsAuthentication
    {
        public override TlsAuthentication GetAuthentication() => this;

        public void NotifyServerCertificate(TlsServerCertificate serverCertificate)
        {
            // Any.
        }

        public TlsCredentials? GetClientCredentials(Org.BouncyCastle.Tls.CertificateRequest certificateRequest) => null;

        public override IDictionary<int, byte[]> GetClientExtensions()
        {
            var extensions = base.GetClientExtensions();
            if (pretends)
            {
                TlsExtensionsUtilities.AddSupportedVersionsExtensionClient(extensions, [ProtocolVersion.TLSv13, ProtocolVersion.TLSv12]);
            }

            return extensions;
        }

        protected override ProtocolVersion[] GetSupportedVersions() => [ProtocolVersion.TLSv12];
    }
}
