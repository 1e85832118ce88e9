namespace Harness.Schemes.Tls;

/// <summary>MQTT over TLS 1.2 with a pre-shared key and ephemeral Diffie-Hellman (RFC 4279, RFC 5489); the identity is the ClientId, and the key a password, as people make keys.</summary>
[Scheme(SchemeNames.TlsPsk, Order = 23, Label = "RFC 4279, RFC 5489", Group = SchemeNames.Today, IsAugPake = false,
    Choose = "when a device has no room for certificates, keys are random, and names may be seen; the broker may read and forge everything")]
public static class TlsPskLogin;
