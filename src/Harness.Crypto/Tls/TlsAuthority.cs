using System.Net;
using Org.BouncyCastle.Asn1;
using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Security;
using Org.BouncyCastle.X509;

namespace Harness.Crypto.Tls;

/// <summary>
/// An authority that issues certificates to try clients with: sound ones, and ones with a single <see cref="CertificateFault"/>. All keys are RSA, which every client knows.
/// By BouncyCastle, as the platform's policy may refuse to make SHA-1 signatures.
/// </summary>
public sealed class TlsAuthority
{
    private const string AuthorityName = "CN=harness lab authority";
    private const string Sha256 = "SHA256WITHRSA";
    private const int KeyBits = 2048;
    private const int ShortKeyBits = 1024;
    private static readonly DerObjectIdentifier TlsFeature = new("1.3.6.1.5.5.7.1.24"); // RFC 7633
    private readonly TimeProvider _time;
    private readonly KeyPair _key;
    private readonly X509Certificate _certificate;
    private readonly KeyPair _server = KeyPair.Make(KeyBits);
    private readonly Lazy<KeyPair> _other = new(() => KeyPair.Make(KeyBits));

    /// <summary>An authority with a new key.</summary>
    /// <param name="time">The clock by which certificates are valid; null for the system's.</param>
    public TlsAuthority(TimeProvider? time = null)
    {
        (_time, _key) = (time ?? TimeProvider.System, KeyPair.Make(KeyBits));
        _certificate = Make(AuthorityName, AuthorityName, _key, _key, _key, (-700, 700), Sha256, generator =>
        {
            generator.AddExtension(X509Extensions.BasicConstraints, true, new BasicConstraints(true));
            generator.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(KeyUsage.KeyCertSign | KeyUsage.CrlSign));
        });
    }

    private TlsAuthority(X509Certificate certificate, KeyPair key) => (_time, _certificate, _key) = (TimeProvider.System, certificate, key);

    /// <summary>The authority's certificate, DER.</summary>
    public byte[] Certificate => _certificate.GetEncoded();

    /// <summary>The authority's certificate as PEM, for clients to trust.</summary>
    public string CertificatePem => PemEncoding.WriteString("CERTIFICATE", Certificate) + "\n";

    /// <summary>The list of the certificates that it revoked, as PEM, for clients that take one.</summary>
    public string RevocationListPem => PemEncoding.WriteString("X509 CRL", Word.List(Now)) + "\n";

    private Revocation Word => new(_certificate, _key.Private, Sha256);

    private DateTime Now => _time.GetUtcNow().UtcDateTime;

    /// <summary>Reads an authority that was kept.</summary>
    /// <param name="pem">Its certificate and its private key, as <see cref="ExportPem"/> wrote them.</param>
    /// <exception cref="FormatException">It is not that, or its time is over.</exception>
    public static TlsAuthority Import(string pem)
    {
        try
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem.AsSpan(pem.IndexOf("-----BEGIN PRIVATE KEY", StringComparison.Ordinal)));
            var field = PemEncoding.Find(pem);
            var certificate = new X509CertificateParser().ReadCertificate(Convert.FromBase64String(pem[field.Base64Data]));
            var key = KeyPair.Of(rsa);
            return !certificate.GetPublicKey().Equals(key.Public) ? throw new FormatException("certificate and key do not belong together")
                : certificate.NotAfter > DateTime.UtcNow ? new TlsAuthority(certificate, key) : throw new FormatException($"its time was over on {certificate.NotAfter:yyyy-MM-dd}");
        }
        catch (Exception e) when (e is ArgumentException or CryptographicException or GeneralSecurityException or IOException)
        {
            throw new FormatException("it holds no certificate and private key in PEM", e);
        }
    }

    /// <summary>Certificate and private key as PEM, for a file that nobody else may read.</summary>
    public string ExportPem() => CertificatePem + PemEncoding.WriteString("PRIVATE KEY", _key.Pkcs8) + "\n";

    /// <summary>Issues a server's certificate.</summary>
    /// <param name="name">The DNS name or IP address that clients connect to.</param>
    /// <param name="fault">The one fault that it has.</param>
    public PresentedCertificate Issue(string name, CertificateFault fault)
    {
        switch (fault)
        {
            case CertificateFault.SelfSigned:
                return new PresentedCertificate(_server.Private, Leaf(name, $"CN={name}", _server, _server, _server).GetEncoded());
            case CertificateFault.OtherAuthority:
                // Whoever compares names alone takes it: only the signature tells.
                return new PresentedCertificate(_server.Private, Leaf(name, AuthorityName, _other.Value, _key, _server).GetEncoded());
            case CertificateFault.IssuedByLeaf:
                var issuer = Leaf("another-server.invalid", AuthorityName, _key, _key, _other.Value);
                return new PresentedCertificate(_server.Private, Leaf(name, "CN=another-server.invalid", _other.Value, _other.Value, _server).GetEncoded(), issuer.GetEncoded());
            case CertificateFault.ShortKey:
                var shortKey = KeyPair.Make(ShortKeyBits);
                return new PresentedCertificate(shortKey.Private, Leaf(name, AuthorityName, _key, _key, shortKey).GetEncoded());
            default:
                var leaf = Leaf(fault == CertificateFault.OtherName ? "another-server.invalid" : name, AuthorityName, _key, _key, _server, fault);
                return new PresentedCertificate(_server.Private, leaf.GetEncoded()) { Staple = fault == CertificateFault.NoStaple ? null : Word.Answer(leaf, Now) };
        }
    }

    private X509Certificate Leaf(string name, string issuer, KeyPair signer, KeyPair named, KeyPair subject, CertificateFault fault = CertificateFault.None) => Make(
        $"CN={name}", issuer, subject, signer, named,
        fault switch { CertificateFault.Expired => (-60, -1), CertificateFault.NotYetValid => (30, 60), _ => (-1, 30) },
        fault == CertificateFault.Sha1 ? "SHA1WITHRSA" : Sha256,
        generator =>
        {
            if (fault == CertificateFault.Revoked)
            {
                generator.SetSerialNumber(Revocation.Number);
            }

            var isAuthority = fault == CertificateFault.IntermediateAsLeaf;
            generator.AddExtension(X509Extensions.BasicConstraints, true, isAuthority ? new BasicConstraints(0) : new BasicConstraints(false));
            generator.AddExtension(X509Extensions.KeyUsage, true, new KeyUsage(isAuthority ? KeyUsage.KeyCertSign | KeyUsage.CrlSign : KeyUsage.DigitalSignature | KeyUsage.KeyEncipherment));
            generator.AddExtension(X509Extensions.ExtendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeID.id_kp_serverAuth));
            generator.AddExtension(X509Extensions.SubjectAlternativeName, false, new GeneralNames(new GeneralName(IPAddress.TryParse(name, out _) ? GeneralName.IPAddress : GeneralName.DnsName, name)));
            if (fault == CertificateFault.NoStaple)
            {
                generator.AddExtension(TlsFeature, false, new DerSequence(DerInteger.ValueOf(5))); // status_request
            }
        });

    /// <param name="subject">Name of the holder.</param>
    /// <param name="issuer">Name of the issuer.</param>
    /// <param name="holder">Key of the holder.</param>
    /// <param name="signer">Key that signs.</param>
    /// <param name="named">Key whose identifier is named as the issuer's.</param>
    /// <param name="days">Days from now at which its time begins and ends.</param>
    /// <param name="signature">Algorithm of the signature.</param>
    /// <param name="extend">Adds what differs.</param>
    private X509Certificate Make(string subject, string issuer, KeyPair holder, KeyPair signer, KeyPair named, (int From, int To) days, string signature, Action<X509V3CertificateGenerator> extend)
    {
        var (now, generator) = (Now, new X509V3CertificateGenerator());
        generator.SetSerialNumber(new Org.BouncyCastle.Math.BigInteger(1, RandomNumberGenerator.GetBytes(16)));
        generator.SetSubjectDN(new X509Name(subject));
        generator.SetIssuerDN(new X509Name(issuer));
        generator.SetNotBefore(now.AddDays(days.From));
        generator.SetNotAfter(now.AddDays(days.To));
        generator.SetPublicKey(holder.Public);
        generator.AddExtension(X509Extensions.SubjectKeyIdentifier, false, new SubjectKeyIdentifier(holder.Identifier));
        generator.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, new AuthorityKeyIdentifier(named.Identifier));
        extend(generator);
        return generator.Generate(new Asn1SignatureFactory(signature, signer.Private));
    }

    private sealed record KeyPair(AsymmetricKeyParameter Private, AsymmetricKeyParameter Public, byte[] Identifier, byte[] Pkcs8)
    {
        // .NET draws RSA keys many times faster than BouncyCastle.
        public static KeyPair Make(int bits)
        {
            using var rsa = RSA.Create(bits);
            return Of(rsa);
        }

        public static KeyPair Of(RSA rsa)
        {
            var (pkcs8, spki) = (rsa.ExportPkcs8PrivateKey(), rsa.ExportSubjectPublicKeyInfo());
            return new KeyPair(PrivateKeyFactory.CreateKey(pkcs8), PublicKeyFactory.CreateKey(spki), SHA256.HashData(spki)[..20], pkcs8);
        }
    }
}
