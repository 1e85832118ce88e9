using Org.BouncyCastle.Asn1.X509;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.Crypto.Operators;
using Org.BouncyCastle.Ocsp;
using Org.BouncyCastle.X509;

namespace Harness.Crypto.Tls;

/// <summary>An authority's word on its certificates: the list of those that it revoked (RFC 5280 section 5) and answers about single ones (RFC 6960).</summary>
/// <param name="authority">The authority's certificate.</param>
/// <param name="key">Its key.</param>
/// <param name="signature">Algorithm of its signatures.</param>
internal sealed class Revocation(X509Certificate authority, AsymmetricKeyParameter key, string signature)
{
    /// <summary>The number of every certificate that was revoked: one for all, as an authority that is kept has no memory of what it issued.</summary>
    public static readonly Org.BouncyCastle.Math.BigInteger Number = new(1, "revoked"u8.ToArray());

    /// <summary>The list.</summary>
    /// <param name="now">The time of the list; it holds for 30 days.</param>
    public byte[] List(DateTime now)
    {
        var generator = new X509V2CrlGenerator();
        generator.SetIssuerDN(authority.SubjectDN);
        generator.SetThisUpdate(now.AddHours(-1));
        generator.SetNextUpdate(now.AddDays(30));
        generator.AddCrlEntry(Number, now.AddHours(-1), CrlReason.KeyCompromise);
        generator.AddExtension(X509Extensions.AuthorityKeyIdentifier, false, authority.GetExtensionValue(X509Extensions.AuthorityKeyIdentifier).GetOctets());
        generator.AddExtension(X509Extensions.CrlNumber, false, new CrlNumber(Org.BouncyCastle.Math.BigInteger.One));
        return generator.Generate(new Asn1SignatureFactory(signature, key)).GetEncoded();
    }

    /// <summary>An answer, signed by the authority itself.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="now">The time of the answer; it holds for 30 days.</param>
    public byte[] Answer(X509Certificate certificate, DateTime now)
    {
        var generator = new BasicOcspRespGenerator(new RespID(authority.SubjectDN));
        generator.AddResponse(
            new CertificateID(CertificateID.DigestSha1, authority, certificate.SerialNumber),
            certificate.SerialNumber.Equals(Number) ? new RevokedStatus(now.AddHours(-1), CrlReason.KeyCompromise) : CertificateStatus.Good, now.AddHours(-1), now.AddDays(30), null);
        var answer = generator.Generate(new Asn1SignatureFactory(signature, key), null, now);
        return new OCSPRespGenerator().Generate(OcspRespStatus.Successful, answer).GetEncoded();
    }
}
