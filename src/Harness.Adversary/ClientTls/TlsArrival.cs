namespace Harness.Adversary.ClientTls;

/// <summary>The end of one connection of a client to a presentation.</summary>
internal enum TlsArrivalKind
{
    /// <summary>It closed before it said anything.</summary>
    Empty,

    /// <summary>It is no TLS: what it sent went in clear.</summary>
    InClear,

    /// <summary>The client does not offer what was to be presented.</summary>
    NotOffered,

    /// <summary>The handshake ended for a reason that tells nothing about the client's checks.</summary>
    Unclear,

    /// <summary>The client saw what was presented and refused it, or left without a byte of application data.</summary>
    Refused,

    /// <summary>The client sent application data.</summary>
    Sent,

    /// <summary>The broker behind the presentation let the client in.</summary>
    LoggedIn,

    /// <summary>The client neither went on nor away until its time was over.</summary>
    Silent,
}

/// <summary>One connection of a client to a presentation, as it ended.</summary>
/// <param name="Kind">Its end.</param>
/// <param name="Evidence">The observation, in words; without names, passwords and payloads.</param>
/// <param name="Sent">The application data; null for none.</param>
/// <param name="OffersTls13">True if the client's hello offers TLS 1.3; null without a hello.</param>
internal sealed record TlsArrival(TlsArrivalKind Kind, string Evidence, SentBytes? Sent = null, bool? OffersTls13 = null)
{
    /// <summary>True if the client had asked for the status of the certificate and was told it.</summary>
    public bool IsTold { get; init; }
}
