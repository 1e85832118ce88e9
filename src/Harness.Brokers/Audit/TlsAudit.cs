using System.Net.Security;
using System.Security.Authentication;

namespace Harness.Brokers.Audit;

/// <summary>Questions about a broker's TLS: that it has it, its versions and suites, and its certificate.</summary>
internal static class TlsAudit
{
    private const string NoTls = "mosquitto: listener 8883 with certfile and keyfile, and no other listener beyond loopback; rabbitmq: mqtt.listeners.ssl.default = 8883, mqtt.listeners.tcp = none; activemq: mqtt+ssl://";
    private const string Versions = "mosquitto: tls_version tlsv1.2; rabbitmq: ssl_options.versions.1 = tlsv1.3, .2 = tlsv1.2; activemq: transport.enabledProtocols=TLSv1.3,TLSv1.2";
    private const string Suites = "mosquitto: ciphers and ciphers_tls1.3; rabbitmq: ssl_options.ciphers; activemq: transport.enabledCipherSuites";
    private const string Certificate = "a certificate from an authority that clients trust, for the name that they connect to, renewed in time: mosquitto certfile, rabbitmq ssl_options.certfile, activemq keyStore";

    private static readonly string[] OfTheCertificate = ["tls.certificate", "tls.dates", "tls.name", "tls.trust", "tls.key", "tls.signature"];

    /// <summary>Asks.</summary>
    /// <returns>The answers, and the certificate that the broker showed; null where it speaks no TLS.</returns>
    public static async Task<(IReadOnlyList<AuditCheck> Checks, X509Certificate2? Shown)> RunAsync(AuditTarget target, AuditPath path, CancellationToken cancellationToken)
    {
        var usual = await TlsHello.AskAsync(path.For("tls.offered"), target, TlsHello.Tls12, TlsHello.Usual.ToArray(), cancellationToken).ConfigureAwait(false);
        if (usual.IsUnknown)
        {
            return ([AuditCheck.Open("tls.offered", "it speaks TLS", "no answer to a hello of TLS, and a broker of plain MQTT ends the connection there")], null);
        }

        if (!usual.IsTls)
        {
            var near = IPAddress.IsLoopback(target.Address.Address);
            return ([AuditCheck.Of(
                "tls.offered", "it speaks TLS", true, near ? AuditSeverity.Low : AuditSeverity.High,
                near ? "plain MQTT, on this machine's loopback address" : "plain MQTT: whoever is on the way reads and alters everything, passwords included", NoTls)], null);
        }

        var checks = new List<AuditCheck> { AuditCheck.Ok("tls.offered", "it speaks TLS", $"a hello of TLS 1.2: {usual}") };
        var (old, open) = (new List<string>(), false);
        foreach (var version in new[] { TlsHello.Tls10, TlsHello.Tls11 })
        {
            var answer = await TlsHello.AskAsync(path.For("tls.versions"), target, version, TlsHello.Old.ToArray(), cancellationToken).ConfigureAwait(false);
            open |= answer.IsUnknown;
            if (answer.Version == version)
            {
                old.Add(answer.ToString());
            }
        }

        checks.Add(open && old.Count == 0 ? AuditCheck.Open("tls.versions", "it refuses TLS 1.0 and 1.1", "no answer")
            : AuditCheck.Of("tls.versions", "it refuses TLS 1.0 and 1.1", old.Count > 0, AuditSeverity.Medium, old.Count > 0 ? $"accepted: {string.Join(", ", old)}" : "both refused", Versions));
        var weak = await TlsHello.AskAsync(path.For("tls.suites"), target, TlsHello.Tls12, TlsHello.Weak.ToArray(), cancellationToken).ConfigureAwait(false);
        const string Strong = "it refuses suites without encryption, with RC4, 3DES or export keys, or without a certificate";
        checks.Add(weak.IsUnknown ? AuditCheck.Open("tls.suites", Strong, "no answer") : AuditCheck.Of(
            "tls.suites", Strong, weak.Version is not null, AuditSeverity.High,
            weak.Version is not null ? $"accepted: {weak}" : "all of them refused", Suites));
        var (shown, errors) = await ShownAsync(target, path.For(OfTheCertificate), cancellationToken).ConfigureAwait(false);
        checks.AddRange(shown is null ? [AuditCheck.Open("tls.certificate", "its certificate is valid", "no handshake came about")] : OfCertificate(shown, errors, target.Host, DateTimeOffset.UtcNow, target.Authorities is null ? "this system trusts" : "was named"));
        return (checks, shown);
    }

    /// <summary>Judges a certificate.</summary>
    internal static IEnumerable<AuditCheck> OfCertificate(X509Certificate2 certificate, SslPolicyErrors errors, string host, DateTimeOffset now, string trusted = "this system trusts")
    {
        var until = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        var dates = string.Create(CultureInfo.InvariantCulture, $"valid until {until:yyyy-MM-dd}");
        var isOver = until <= now || certificate.NotBefore.ToUniversalTime() > now;
        yield return AuditCheck.Of("tls.dates", "its certificate is valid now and for 30 days", isOver || until < now.AddDays(30), isOver ? AuditSeverity.High : AuditSeverity.Low, dates, Certificate);
        yield return AuditCheck.Of(
            "tls.name", "its certificate has the name that clients connect to", errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch), AuditSeverity.Medium,
            $"subject {certificate.Subject}, connected to as {host}", Certificate);
        var (isDoubted, question) = (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors), $"its certificate comes from an authority that {trusted}");
        yield return isDoubted && isOver ? AuditCheck.NotTried("tls.trust", question, "one that is not valid now says nothing of its authority")
            : AuditCheck.Of("tls.trust", question, isDoubted, AuditSeverity.Medium, $"issuer {certificate.Issuer}", Certificate);
        using var rsa = certificate.GetRSAPublicKey();
        yield return AuditCheck.Of(
            "tls.key", "an RSA key has 2048 bits or more", rsa is { KeySize: < 2048 }, AuditSeverity.Medium, rsa is null ? $"key {certificate.PublicKey.Oid.FriendlyName}" : $"RSA of {rsa.KeySize} bits", Certificate);
        var signature = certificate.SignatureAlgorithm.FriendlyName ?? "unknown";
        yield return AuditCheck.Of(
            "tls.signature", "its certificate is not signed over MD5 or SHA-1", signature.Contains("md5", StringComparison.OrdinalIgnoreCase) || signature.Contains("sha1", StringComparison.OrdinalIgnoreCase),
            AuditSeverity.Medium, signature, Certificate);
    }

    private static async Task<(X509Certificate2? Shown, SslPolicyErrors Errors)> ShownAsync(AuditTarget target, AuditPath path, CancellationToken cancellationToken)
    {
        X509Certificate2? shown = null;
        var seen = SslPolicyErrors.None;
        using var socket = new Socket(path.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(target.TlsWithin);
        try
        {
            await socket.ConnectAsync(path.Address, limit.Token).ConfigureAwait(false);
            path.Tell(socket);
            using var tls = new SslStream(new NetworkStream(socket));
            var options = BrokerTls.ClientOptions(target.Host, target.Authorities);
            options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => // to look at, whatever it is: nothing secret is sent here
            {
                (shown, seen) = (certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.GetRawCertData()), errors);
                return true;
            };
            await tls.AuthenticateAsClientAsync(options, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException or CryptographicException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // What was shown until then is judged.
        }

        return (shown, seen);
    }
}
