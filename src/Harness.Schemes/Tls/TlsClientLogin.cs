namespace Harness.Schemes.Tls;

/// <summary>MQTT over TLS 1.3 (RFC 8446 section 4.4.2) with a certificate of the device's own; the broker takes the name in it for the ClientId, and no password counts.</summary>
[Scheme(SchemeNames.TlsClient, Order = 22, Label = "RFC 8446", Group = SchemeNames.Today, IsAugPake = false,
    Choose = "when an authority can give every device a certificate and take it back, and the broker may read and forge everything")]
public static class TlsClientLogin;
