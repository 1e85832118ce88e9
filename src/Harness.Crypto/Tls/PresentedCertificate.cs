using Org.BouncyCastle.Crypto;

namespace Harness.Crypto.Tls;

/// <summary>A server's certificate with its chain and its key, for one presentation.</summary>
public sealed class PresentedCertificate
{
    private readonly byte[][] _chain;

    internal PresentedCertificate(AsymmetricKeyParameter key, params byte[][] chain) => (Key, _chain) = (key, chain);

    /// <summary>The authority's answer about the revocation of the server's own (OCSP, RFC 6960), for clients that ask; null for none.</summary>
    public byte[]? Staple { get; init; }

    /// <summary>The certificates as they are sent, DER, the server's own first.</summary>
    public IReadOnlyList<byte[]> Chain => _chain;

    internal AsymmetricKeyParameter Key { get; }
}
