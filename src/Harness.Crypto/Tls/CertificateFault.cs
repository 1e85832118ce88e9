namespace Harness.Crypto.Tls;

/// <summary>The one fault of a server's certificate; everything else about it is sound.</summary>
public enum CertificateFault
{
    /// <summary>None.</summary>
    None,

    /// <summary>Its time is over.</summary>
    Expired,

    /// <summary>Its time has not begun.</summary>
    NotYetValid,

    /// <summary>It signs itself.</summary>
    SelfSigned,

    /// <summary>It is for a server of another name.</summary>
    OtherName,

    /// <summary>Another authority issued it, one that took the name and the key identifier of the true one.</summary>
    OtherAuthority,

    /// <summary>The holder of a server's certificate issued it: its issuer is no authority.</summary>
    IssuedByLeaf,

    /// <summary>An intermediate authority's own certificate: it has the server's name, and its key may sign certificates and lists alone (RFC 5280 section 4.2.1.3).</summary>
    IntermediateAsLeaf,

    /// <summary>It demands a stapled answer about its revocation (RFC 7633), and none is stapled.</summary>
    NoStaple,

    /// <summary>The authority has revoked it: its list has the number, and whoever asks for the status is told so in the handshake.</summary>
    Revoked,

    /// <summary>The authority's signature is over SHA-1.</summary>
    Sha1,

    /// <summary>Its RSA key has 1024 bits.</summary>
    ShortKey,
}
