namespace Harness.Schemes.Tls;

/// <summary>MQTT over TLS (RFC 8446, RFC 5246) with user name and password inside; the transport itself is in src/Harness.Sessions/Tls, as this room does no I/O.</summary>
[Scheme(SchemeNames.Tls, Order = 21, Label = "RFC 8446", Group = SchemeNames.Today, IsAugPake = false,
    Choose = "when devices can check a certificate and hold it up to date, and the broker may read and forge everything")]
public static class TlsLogin
{
    /// <summary>The port that is registered for MQTT over TLS.</summary>
    public const int RegisteredPort = 8883;
}
