namespace Harness.Brokers.StandAlone;

/// <summary>A certificate for one broker on this machine and for one run, which signs itself.</summary>
internal sealed record OwnCertificate(string CertificateFile, string KeyFile, X509Certificate2Collection Authorities)
{
    /// <summary>Makes key and certificate and writes them among a broker's files.</summary>
    public static OwnCertificate Write(BrokerFiles files, IPAddress address)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=harness broker", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        return new OwnCertificate(
            files.Write("certificate.pem", certificate.ExportCertificatePem() + "\n"), files.Write("key.pem", key.ExportPkcs8PrivateKeyPem() + "\n"),
            [X509CertificateLoader.LoadCertificate(certificate.RawData)]);
    }
}
