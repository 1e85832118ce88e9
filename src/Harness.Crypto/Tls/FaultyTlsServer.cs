using Org.BouncyCastle.Tls;
using Org.BouncyCastle.Tls.Crypto;
using Org.BouncyCastle.Tls.Crypto.Impl.BC;

namespace Harness.Crypto.Tls;

/// <summary>
/// One handshake of a TLS server that has a fault, and a note of how far the client went. By BouncyCastle, since SslStream and OpenSSL refuse to serve most of it; sound
/// handshakes are served by the same code, so that a faulty one differs from them by its fault alone.
/// </summary>
/// <param name="certificate">The certificate that is shown.</param>
/// <param name="fault">The fault of the handshake.</param>
public sealed class FaultyTlsServer(PresentedCertificate certificate, TlsFault fault)
{
    private volatile bool _isShown;

    /// <summary>The versions that the client offers, the best first; empty before its hello.</summary>
    public IReadOnlyList<string> Offered { get; private set; } = [];

    /// <summary>True if the client offers TLS 1.3; null before its hello.</summary>
    public bool? OffersTls13 { get; private set; }

    /// <summary>True if nothing that the client offers is what this server presents, so that it was not presented.</summary>
    public bool IsNotOffered { get; private set; }

    /// <summary>True once the certificate was on its way to the client.</summary>
    public bool IsShown => _isShown;

    /// <summary>True once the handshake is complete.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>True once the client, which had asked for it, was told the status of the certificate.</summary>
    public bool IsStapled { get; private set; }

    /// <summary>Version and suite; empty before they are chosen.</summary>
    public string Agreed { get; private set; } = "";

    /// <summary>The client's alert, by its name in RFC 8446 section 6; null for none. Its close_notify is none.</summary>
    public string? Alert { get; private set; }

    /// <summary>This server's own alert, where it gave up; null for none.</summary>
    public string? OwnAlert { get; private set; }

    private TlsFault Fault => fault;

    private PresentedCertificate Shown => certificate;

    /// <summary>Shakes hands; blocks until it is done.</summary>
    /// <param name="stream">The connection; closed with the result.</param>
    /// <returns>The stream of application data.</returns>
    /// <exception cref="IOException">The client refused, or left, or nothing is in common.</exception>
    public Stream Accept(Stream stream)
    {
        var gathering = new GatheringStream(stream);
        var protocol = new TlsServerProtocol(gathering);
        try
        {
            protocol.Accept(new Server(this));
        }
        catch (TlsFatalAlert e)
        {
            OwnAlert = AlertDescription.GetName(e.AlertDescription);
            throw;
        }

        gathering.PassOn();
        IsComplete = true;
        return new TwoWayStream(protocol.Stream);
    }

    private sealed class Server(FaultyTlsServer told) : DefaultTlsServer(new BcTlsCrypto())
    {
        private static readonly int[] NullSuites =
        [
            CipherSuite.TLS_ECDHE_RSA_WITH_NULL_SHA, CipherSuite.TLS_RSA_WITH_NULL_SHA256, CipherSuite.TLS_RSA_WITH_NULL_SHA, CipherSuite.TLS_RSA_WITH_NULL_MD5,
        ];

        private readonly TlsFault _fault = told.Fault;

        public override bool RequiresCloseNotify() => false; // many clients just go

        public override void NotifyFallback(bool isFallback)
        {
            // The server presents what it presents, whatever the client tried before.
        }

        public override ProtocolVersion GetServerVersion()
        {
            var offered = m_context.ClientSupportedVersions;
            told.Offered = [.. offered.Where(v => v.IsTls).Select(v => v.Name)];
            told.OffersTls13 = ProtocolVersion.Contains(offered, ProtocolVersion.TLSv13);
            var chosen = GetProtocolVersions().Where(v => _fault != TlsFault.Downgrade || !v.Equals(ProtocolVersion.TLSv13)).FirstOrDefault(v => ProtocolVersion.Contains(offered, v));
            if (chosen is null || (_fault == TlsFault.NullSuite && !m_offeredCipherSuites.Intersect(NullSuites).Any()))
            {
                told.IsNotOffered = true;
                throw new TlsFatalAlert(chosen is null ? AlertDescription.protocol_version : AlertDescription.handshake_failure);
            }

            return chosen;
        }

        public override int GetSelectedCipherSuite()
        {
            var suite = base.GetSelectedCipherSuite();
            told.Agreed = $"{m_context.ServerVersion.Name}, {(System.Net.Security.TlsCipherSuite)suite}";
            return suite;
        }

        public override TlsCredentials GetCredentials()
        {
            told._isShown = true;
            return m_context.SecurityParameters.KeyExchangeAlgorithm == KeyExchangeAlgorithm.NULL ? GetRsaSignerCredentials() : base.GetCredentials();
        }

        public override CertificateStatus? GetCertificateStatus() => Status();

        public override void NotifyAlertReceived(short alertLevel, short alertDescription)
        {
            if (alertDescription != AlertDescription.close_notify)
            {
                told.Alert ??= AlertDescription.GetName(alertDescription);
            }
        }

        protected override ProtocolVersion[] GetSupportedVersions() => _fault switch
        {
            TlsFault.Tls12 => [ProtocolVersion.TLSv12],
            TlsFault.Tls11 => [ProtocolVersion.TLSv11],
            TlsFault.Tls10 => [ProtocolVersion.TLSv10],
            TlsFault.NullSuite => [ProtocolVersion.TLSv12, ProtocolVersion.TLSv11, ProtocolVersion.TLSv10],
            _ => [ProtocolVersion.TLSv13, ProtocolVersion.TLSv12],
        };

        protected override int[] GetSupportedCipherSuites() => _fault == TlsFault.NullSuite ? TlsUtilities.GetSupportedCipherSuites(Crypto, NullSuites) : base.GetSupportedCipherSuites();

        protected override TlsCredentialedDecryptor GetRsaEncryptionCredentials() => new BcDefaultTlsCredentialedDecryptor((BcTlsCrypto)Crypto, Chain(), told.Shown.Key);

        protected override TlsCredentialedSigner GetRsaSignerCredentials() =>
            new BcDefaultTlsCredentialedSigner(new TlsCryptoParameters(m_context), (BcTlsCrypto)Crypto, told.Shown.Key, Chain(), Signature()!);

        private Certificate Chain()
        {
            var shown = told.Shown.Chain.Select(Crypto.CreateCertificate).ToArray();
            return TlsUtilities.IsTlsV13(m_context) ? new Certificate(TlsUtilities.EmptyBytes, [.. shown.Select((c, i) => new CertificateEntry(c, i == 0 ? Stapled() : null))]) : new Certificate(shown);
        }

        // TLS 1.3 staples it to the certificate (RFC 8446 section 4.4.2.1).
        private Dictionary<int, byte[]>? Stapled()
        {
            if (Status() is not { } status)
            {
                return null;
            }

            using var encoded = new MemoryStream();
            status.Encode(encoded);
            return new Dictionary<int, byte[]> { [ExtensionType.status_request] = encoded.ToArray() };
        }

        private CertificateStatus? Status()
        {
            if (m_certificateStatusRequest is null || told.Shown.Staple is not { } staple)
            {
                return null;
            }

            told.IsStapled = true;
            return new CertificateStatus(CertificateStatusType.ocsp, Org.BouncyCastle.Asn1.Ocsp.OcspResponse.GetInstance(staple));
        }

        // Null before TLS 1.2, which fixed it.
        private SignatureAndHashAlgorithm? Signature()
        {
            if (!TlsUtilities.IsTlsV12(m_context))
            {
                return null;
            }

            if (TlsUtilities.IsTlsV13(m_context))
            {
                return SignatureScheme.GetSignatureAndHashAlgorithm(SignatureScheme.rsa_pss_rsae_sha256);
            }

            var taken = m_context.SecurityParameters.ClientSigAlgs ?? TlsUtilities.GetDefaultSupportedSignatureAlgorithms(m_context);
            return taken.FirstOrDefault(a => a is { Signature: SignatureAlgorithm.rsa, Hash: Org.BouncyCastle.Tls.HashAlgorithm.sha256 })
                ?? taken.FirstOrDefault(a => a.Signature == SignatureAlgorithm.rsa) ?? throw new TlsFatalAlert(AlertDescription.handshake_failure);
        }
    }
}
