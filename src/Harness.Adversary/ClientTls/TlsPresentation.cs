using Harness.Crypto.Tls;

namespace Harness.Adversary.ClientTls;

/// <summary>A broker's end of TLS as it is presented to a client: sound, or with one fault that the client must not overlook.</summary>
/// <param name="Id">Its name in commands, records and documents.</param>
/// <param name="Words">Its name in sentences, after "presents".</param>
/// <param name="Certificate">The fault of the certificate.</param>
/// <param name="Protocol">The fault of the handshake.</param>
/// <param name="Mending">The way to make a client that overlooks it refuse it.</param>
public sealed record TlsPresentation(string Id, string Words, CertificateFault Certificate, TlsFault Protocol, string Mending)
{
    private const string Chain =
        "let the TLS library check the certificate's chain and dates: SSL_VERIFY_PEER, MBEDTLS_SSL_VERIFY_REQUIRED, Paho's tls_set(ca_certs), no callback of MQTTnet that takes everything";

    private const string Name = "check the broker's name: SSL_set1_host, mbedtls_ssl_set_hostname, mosquitto_pub without --insecure, Paho without tls_insecure_set(True)";
    private const string Usage =
        "let the TLS library check the key usage (RFC 8446 section 4.4.2.2): OpenSSL and mbedTLS do where they verify; in .NET a validation callback that looks for X509KeyUsageFlags.DigitalSignature";

    private const string Strength = "refuse weak signatures and keys: OpenSSL at security level 2, a certificate profile of mbedTLS, a validation callback of .NET that looks at algorithm and key size";
    private const string Version = "TLS 1.2 as the lowest version: SSL_CTX_set_min_proto_version, mosquitto_pub --tls-version tlsv1.2, SslProtocols.Tls12 | Tls13";

    /// <summary>The control on which everything else depends: a sound certificate.</summary>
    public static TlsPresentation Valid { get; } = new("valid", "a valid certificate", CertificateFault.None, TlsFault.None, "");

    /// <summary>The control of a downgrade: a sound certificate, and a server that knows no TLS 1.3.</summary>
    public static TlsPresentation ValidTls12 { get; } = new("valid-1.2", "a valid certificate and TLS 1.2", CertificateFault.None, TlsFault.Tls12, "");

    /// <summary>The presentations in their order: first the controls.</summary>
    public static IReadOnlyList<TlsPresentation> All { get; } =
    [
        Valid,
        ValidTls12,
        new("expired", "an expired certificate", CertificateFault.Expired, TlsFault.None, Chain + "; and a clock that is set before the login"),
        new("not-yet-valid", "a certificate that is not yet valid", CertificateFault.NotYetValid, TlsFault.None, Chain + "; and a clock that is set before the login"),
        new("self-signed", "a self-signed certificate", CertificateFault.SelfSigned, TlsFault.None, Chain),
        new("wrong-name", "a certificate of another name", CertificateFault.OtherName, TlsFault.None, Name),
        new("wrong-ca", "a certificate of another authority", CertificateFault.OtherAuthority, TlsFault.None, Chain),
        new("leaf-as-ca", "a certificate that the holder of another one issued", CertificateFault.IssuedByLeaf, TlsFault.None, Chain),
        new("ca-as-leaf", "an intermediate authority's certificate as its own", CertificateFault.IntermediateAsLeaf, TlsFault.None, Usage),
        new("must-staple", "a certificate that demands a stapled answer about its revocation, and none", CertificateFault.NoStaple, TlsFault.None, "a TLS library that knows RFC 7633, or revocation lists; most know neither"),
        new("revoked", "a revoked certificate", CertificateFault.Revoked, TlsFault.None, "heed what the broker's authority says: X509RevocationMode.Online, a callback of OpenSSL that checks the stapled answer, X509_V_FLAG_CRL_CHECK with the authority's list"),
        new("sha1", "a certificate signed over SHA-1", CertificateFault.Sha1, TlsFault.None, Strength),
        new("rsa-1024", "a certificate with an RSA key of 1024 bits", CertificateFault.ShortKey, TlsFault.None, Strength),
        new("tls-1.1", "TLS 1.1", CertificateFault.None, TlsFault.Tls11, Version),
        new("tls-1.0", "TLS 1.0", CertificateFault.None, TlsFault.Tls10, Version),
        new("downgrade", "a downgrade to TLS 1.2", CertificateFault.None, TlsFault.Downgrade, "a TLS library that looks for the mark in the server's random (RFC 8446 section 4.1.3)"),
        new("null-suite", "a suite without encryption", CertificateFault.None, TlsFault.NullSuite, "no suite with NULL in the client's list: no eNULL in SSL_CTX_set_cipher_list"),
    ];

    /// <summary>True where the client is to log in.</summary>
    public bool IsControl => Certificate == CertificateFault.None && Protocol is TlsFault.None or TlsFault.Tls12;

    /// <summary>True where going on is worth a word and no failure: hardly a client knows better.</summary>
    public bool IsAdvisory => Certificate == CertificateFault.NoStaple;

    /// <summary>True where going on is a failure of a client alone that asked for the certificate's status or has the authority's list, and so was told.</summary>
    public bool IsForTheTold => Certificate == CertificateFault.Revoked;

    /// <summary>The controls that must have succeeded before it tells anything.</summary>
    public IReadOnlyList<TlsPresentation> Controls => this == Valid ? [] : Protocol == TlsFault.Downgrade ? [Valid, ValidTls12] : [Valid];

    /// <summary>Finds a presentation by its words.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static TlsPresentation OfWords(string words) =>
        All.FirstOrDefault(p => p.Words == words) ?? throw new FormatException($"no presentation has these words; there are: {string.Join(", ", All.Select(p => p.Words))}");
}
