using System.Security.Cryptography.X509Certificates;

namespace Harness.Sessions.Tls;

/// <summary>A certificate authority of one testbed: its keys are made anew and live in this process alone.</summary>
public sealed class LabCertificates : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly TimeProvider _time;
    private readonly List<X509Certificate2> _issued = [];

    /// <summary>An authority.</summary>
    /// <param name="time">The clock by which certificates are valid; null for the system's.</param>
    public LabCertificates(TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=lab authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _authority = request.CreateSelfSigned(Now.AddYears(-2), Now.AddYears(2));
    }

    /// <summary>The authority's certificate, without its key.</summary>
    public X509Certificate2 Authority => X509CertificateLoader.LoadCertificate(_authority.RawData);

    private DateTimeOffset Now => _time.GetUtcNow();

    /// <summary>Issues a certificate of a name for both ends of TLS; it ends with this authority.</summary>
    /// <param name="name">The DNS name, or a client's.</param>
    /// <param name="from">Days from now at which it begins.</param>
    /// <param name="to">Days from now at which it ends.</param>
    public X509Certificate2 Issue(string name, int from = -1, int to = 30)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var issued = Request(name, key).Create(_authority, Now.AddDays(from), Now.AddDays(to), RandomNumberGenerator.GetBytes(16));
        return Keep(issued.CopyWithPrivateKey(key));
    }

    /// <summary>Makes a certificate of a name that signs itself.</summary>
    public X509Certificate2 SelfSigned(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Keep(Request(name, key).CreateSelfSigned(Now.AddDays(-1), Now.AddDays(30)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _issued.ForEach(c => c.Dispose());
        _authority.Dispose();
    }

    private static CertificateRequest Request(string name, ECDsa key)
    {
        var request = new CertificateRequest(new X500DistinguishedName($"CN={name}"), key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        return request;
    }

    private X509Certificate2 Keep(X509Certificate2 certificate)
    {
        _issued.Add(certificate);
        return certificate;
    }
}
