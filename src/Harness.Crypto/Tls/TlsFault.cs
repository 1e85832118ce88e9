namespace Harness.Crypto.Tls;

/// <summary>The one fault of a server's handshake; its certificate is another matter (<see cref="CertificateFault"/>).</summary>
public enum TlsFault
{
    /// <summary>None: the best version in common, 1.3 or 1.2.</summary>
    None,

    /// <summary>None, and TLS 1.2 although the client may offer 1.3: a server that knows no better.</summary>
    Tls12,

    /// <summary>TLS 1.1.</summary>
    Tls11,

    /// <summary>TLS 1.0.</summary>
    Tls10,

    /// <summary>TLS 1.2 with a mark in the server's random that it knows 1.3 (RFC 8446 section 4.1.3): somebody on the way altered the hello.</summary>
    Downgrade,

    /// <summary>A suite without encryption.</summary>
    NullSuite,
}
