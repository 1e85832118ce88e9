using System.Security.Cryptography.X509Certificates;
using Harness.Crypto.Tls;

namespace Harness.Crypto.Tests.Tls;

/// <summary>Each certificate has its one fault and no other, as the platform's own chain building sees it.</summary>
public sealed class TlsAuthorityTests
{
    private static readonly Lazy<TlsAuthority> One = new(() => new TlsAuthority());

    [TestCase(CertificateFault.None, X509ChainStatusFlags.NoError)]
    [TestCase(CertificateFault.OtherName, X509ChainStatusFlags.NoError)]
    [TestCase(CertificateFault.NoStaple, X509ChainStatusFlags.NoError)]
    [TestCase(CertificateFault.Revoked, X509ChainStatusFlags.NoError)]
    [TestCase(CertificateFault.Sha1, X509ChainStatusFlags.NoError)]
    [TestCase(CertificateFault.ShortKey, X509ChainStatusFlags.NoError)]
    [TestCase(CertificateFault.IntermediateAsLeaf, X509ChainStatusFlags.NoError)]
    [TestCase(CertificateFault.Expired, X509ChainStatusFlags.NotTimeValid)]
    [TestCase(CertificateFault.NotYetValid, X509ChainStatusFlags.NotTimeValid)]
    [TestCase(CertificateFault.SelfSigned, X509ChainStatusFlags.UntrustedRoot)]
    [TestCase(CertificateFault.OtherAuthority, X509ChainStatusFlags.NotSignatureValid)]
    [TestCase(CertificateFault.IssuedByLeaf, X509ChainStatusFlags.InvalidBasicConstraints | X509ChainStatusFlags.NotValidForUsage)]
    public void A_certificate_has_its_fault_and_no_other(CertificateFault fault, X509ChainStatusFlags expected)
    {
        var presented = One.Value.Issue("broker.lab", fault);
        using var leaf = X509CertificateLoader.LoadCertificate(presented.Chain[0]);
        using var authority = X509CertificateLoader.LoadCertificate(One.Value.Certificate);
        using var chain = new X509Chain
        {
            ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority } },
        };
        foreach (var more in presented.Chain.Skip(1))
        {
            chain.ChainPolicy.ExtraStore.Add(X509CertificateLoader.LoadCertificate(more));
        }

        chain.Build(leaf);

        var seen = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        Assert.That(seen, expected == X509ChainStatusFlags.NoError ? Is.EqualTo(expected) : Is.Not.EqualTo(X509ChainStatusFlags.NoError));
        Assert.That(seen & ~expected & ~X509ChainStatusFlags.PartialChain, Is.EqualTo(X509ChainStatusFlags.NoError), $"{seen}");
        Assert.That((leaf.MatchesHostname("broker.lab"), leaf.SignatureAlgorithm.FriendlyName!.Contains("sha1", StringComparison.OrdinalIgnoreCase), leaf.GetRSAPublicKey()!.KeySize), Is.EqualTo(
            (fault != CertificateFault.OtherName, fault == CertificateFault.Sha1, fault == CertificateFault.ShortKey ? 1024 : 2048)));
        Assert.That(leaf.Extensions.Any(e => e.Oid!.Value == "1.3.6.1.5.5.7.1.24"), Is.EqualTo(fault == CertificateFault.NoStaple));
        Assert.That(
            (leaf.Extensions.OfType<X509BasicConstraintsExtension>().Single().CertificateAuthority, leaf.Extensions.OfType<X509KeyUsageExtension>().Single().KeyUsages),
            Is.EqualTo(fault == CertificateFault.IntermediateAsLeaf
                ? (true, X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign)
                : (false, X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment)));
    }

    [Test]
    public void The_list_and_the_stapled_answer_revoke_one_certificate_and_no_other()
    {
        var list = new Org.BouncyCastle.X509.X509CrlParser().ReadCrl(Convert.FromBase64String(string.Concat(One.Value.RevocationListPem.Split('\n').Where(l => !l.StartsWith('-')))));
        var authority = new Org.BouncyCastle.X509.X509Certificate(One.Value.Certificate);
        Assert.That(() => list.Verify(authority.GetPublicKey()), Throws.Nothing);
        foreach (var fault in Enum.GetValues<CertificateFault>())
        {
            var presented = One.Value.Issue("broker.lab", fault);
            Assert.That(list.IsRevoked(new Org.BouncyCastle.X509.X509Certificate(presented.Chain[0])), Is.EqualTo(fault == CertificateFault.Revoked), $"{fault}");
            if (presented.Staple is not { } staple)
            {
                continue;
            }

            var answer = (Org.BouncyCastle.Ocsp.BasicOcspResp)new Org.BouncyCastle.Ocsp.OcspResp(staple).GetResponseObject();
            Assert.That(answer.Verify(authority.GetPublicKey()));
            Assert.That(answer.Responses.Single().GetCertStatus() is Org.BouncyCastle.Ocsp.RevokedStatus, Is.EqualTo(fault == CertificateFault.Revoked), $"{fault}");
        }

        Assert.That(One.Value.Issue("broker.lab", CertificateFault.NoStaple).Staple, Is.Null);
    }

    [Test]
    public void A_name_that_is_an_address_stands_as_one()
    {
        using var leaf = X509CertificateLoader.LoadCertificate(One.Value.Issue("192.0.2.7", CertificateFault.None).Chain[0]);
        Assert.That(leaf.MatchesHostname("192.0.2.7"));
    }

    [Test]
    public void An_authority_that_was_kept_goes_on_issuing()
    {
        var kept = TlsAuthority.Import(One.Value.ExportPem());
        using var leaf = X509CertificateLoader.LoadCertificate(kept.Issue("broker.lab", CertificateFault.None).Chain[0]);
        using var authority = X509CertificateLoader.LoadCertificate(One.Value.Certificate);
        using var chain = new X509Chain { ChainPolicy = { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority } } };
        Assert.That(chain.Build(leaf));
        Assert.That(kept.CertificatePem, Is.EqualTo(One.Value.CertificatePem));
    }

    [Test]
    public void Anything_else_is_no_authority()
    {
        var other = new TlsAuthority();
        var mixed = One.Value.CertificatePem + other.ExportPem()[other.CertificatePem.Length..];
        Assert.Multiple(() =>
        {
            Assert.That(() => TlsAuthority.Import(""), Throws.TypeOf<FormatException>());
            Assert.That(() => TlsAuthority.Import(One.Value.CertificatePem), Throws.TypeOf<FormatException>());
            Assert.That(() => TlsAuthority.Import("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"), Throws.TypeOf<FormatException>());
            Assert.That(() => TlsAuthority.Import(mixed), Throws.TypeOf<FormatException>().With.Message.Contains("do not belong together"));
        });
    }
}
