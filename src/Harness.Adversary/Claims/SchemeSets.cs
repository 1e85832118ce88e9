namespace Harness.Adversary.Claims;

/// <summary>The sets of schemes that attacks are about, by what those schemes have in common.</summary>
internal static class SchemeSets
{
    /// <summary>The schemes whose logins are AugPAKE.</summary>
    public static IReadOnlyList<string> OfAugPake => SchemeNames.OfAugPake;

    /// <summary>The schemes that this process's broker runs.</summary>
    public static IReadOnlyList<string> OfBroker => SchemeNames.OfBroker;

    /// <summary>The papers' schemes whose logins are AugPAKE.</summary>
    public static IReadOnlyList<string> OfPapers { get; } = [.. SchemeNames.OfPapers.Intersect(SchemeNames.OfAugPake)];

    /// <summary>The schemes with messages of a handshake that an adversary can link: AugPAKE's and SCRAM's.</summary>
    public static IReadOnlyList<string> WithHandshake { get; } = [.. SchemeNames.OfAugPake, SchemeNames.Scram];

    /// <summary>The schemes whose broker opens and seals again.</summary>
    public static IReadOnlyList<string> HopByHop { get; } = [SchemeNames.AugMqtt, SchemeNames.MqttAuth];

    /// <summary>The schemes in which two clients share a key.</summary>
    public static IReadOnlyList<string> WithPairs { get; } = [SchemeNames.MqttPresent, SchemeNames.Hardened];

    /// <summary>The schemes that grant and revoke.</summary>
    public static IReadOnlyList<string> WithGrants { get; } = [SchemeNames.MqttAuth, SchemeNames.Hardened];

    /// <summary>MQTT-PRESENT alone.</summary>
    public static IReadOnlyList<string> MqttPresent { get; } = [SchemeNames.MqttPresent];

    /// <summary>MQTT-Auth alone.</summary>
    public static IReadOnlyList<string> MqttAuth { get; } = [SchemeNames.MqttAuth];

    /// <summary>The repair alone.</summary>
    public static IReadOnlyList<string> Hardened { get; } = [SchemeNames.Hardened];

    /// <summary>Esfahani 2019 alone.</summary>
    public static IReadOnlyList<string> Esfahani { get; } = [SchemeNames.Esfahani2019];

    /// <summary>The schemes whose CONNECT carries a token or a code.</summary>
    public static IReadOnlyList<string> Bearers { get; } = [SchemeNames.Niruntasukrat2016, SchemeNames.Jwt];

    /// <summary>SCRAM-SHA-256 alone.</summary>
    public static IReadOnlyList<string> Scram { get; } = [SchemeNames.Scram];

    /// <summary>TLS, with all that a device may prove its name by.</summary>
    public static IReadOnlyList<string> Tls => SchemeNames.OfTls;

    /// <summary>TLS in which the device proves its name by a password inside.</summary>
    public static IReadOnlyList<string> TlsPassword { get; } = [SchemeNames.Tls];

    /// <summary>TLS in which the device has a certificate.</summary>
    public static IReadOnlyList<string> TlsClient { get; } = [SchemeNames.TlsClient];

    /// <summary>TLS with a pre-shared key.</summary>
    public static IReadOnlyList<string> TlsPsk { get; } = [SchemeNames.TlsPsk];

    /// <summary>TLS in which the broker has a certificate.</summary>
    public static IReadOnlyList<string> TlsCertificate { get; } = [SchemeNames.Tls, SchemeNames.TlsClient];

    /// <summary>TLS in which a secret of the device may be a word.</summary>
    public static IReadOnlyList<string> TlsSecret { get; } = [SchemeNames.Tls, SchemeNames.TlsPsk];

    /// <summary>Plain user names and passwords alone.</summary>
    public static IReadOnlyList<string> Password { get; } = [SchemeNames.Password];
}
