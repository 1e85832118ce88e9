using System.Reflection;

namespace Harness.Schemes;

/// <summary>The schemes by the names that rigs, features and boards use.</summary>
public static class SchemeNames
{
    /// <summary>Sahmi et al. 2021: as published.</summary>
    public const string MqttPresent = "mqtt-present";

    /// <summary>Shin et al. 2016: as described, because only a description of it is public.</summary>
    public const string AugMqtt = "augmqtt";

    /// <summary>Calabretta et al. 2018: as reconstructed from its abstract and from descriptions by others; its full text (doi 10.24138/jcomss.v14i4.604) was not at hand.</summary>
    public const string MqttAuth = "mqtt-auth";

    /// <summary>Esfahani et al. 2019: as a third party's program has its equations, in a binding to MQTT that is ours.</summary>
    public const string Esfahani2019 = "esfahani-2019";

    /// <summary>Niruntasukrat et al. 2016: as its authors' libraries deploy it; that these are the paper's scheme is an inference.</summary>
    public const string Niruntasukrat2016 = "niruntasukrat-2016";

    /// <summary>A JSON web token as password: common practice, a control beside the papers' schemes.</summary>
    public const string Jwt = "jwt";

    /// <summary>Our own repair of MQTT-PRESENT (src/Harness.Schemes/Hardened/HARDENED.md).</summary>
    public const string Hardened = "hardened";

    /// <summary>SCRAM-SHA-256 (RFC 5802, RFC 7677) over enhanced authentication; payloads travel as they are.</summary>
    public const string Scram = "scram";

    /// <summary>Plain MQTT: user name and password in CONNECT, and payloads as they are.</summary>
    public const string Password = "password";

    /// <summary>MQTT over TLS 1.3 or 1.2, the broker's certificate checked, user name and password inside.</summary>
    public const string Tls = "tls";

    /// <summary>MQTT over TLS 1.3 in which the device has a certificate too, and its name there is its ClientId.</summary>
    public const string TlsClient = "tls-client";

    /// <summary>MQTT over TLS 1.2 with a pre-shared key made from a password, whose identity is the ClientId.</summary>
    public const string TlsPsk = "tls-psk";

    private static readonly IReadOnlyList<SchemeAttribute> Declared =
        [.. typeof(SchemeNames).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<SchemeAttribute>(inherit: false)).OrderBy(s => s.Order)];

    /// <summary>Every scheme, in the order of the tables.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Declared.Select(s => s.Name)];

    /// <summary>The schemes whose devices log in by AugPAKE: those that parties, rigs and the program's broker run.</summary>
    public static IReadOnlyList<string> OfAugPake { get; } = [.. Declared.Where(s => s.IsAugPake).Select(s => s.Name)];

    /// <summary>The schemes that devices in this process and the program's broker run, whatever they log in by.</summary>
    public static IReadOnlyList<string> OfBroker { get; } = [.. Declared.Where(s => s.IsAugPake || s.HasBroker).Select(s => s.Name)];

    /// <summary>The schemes whose logins leave no key: payloads pass the broker as they are.</summary>
    public static IReadOnlyList<string> WithoutKey { get; } = [.. OfBroker.Except(OfAugPake)];

    /// <summary>The group of the papers' schemes.</summary>
    public const string Papers = "papers";

    /// <summary>The group of the logins that devices use today.</summary>
    public const string Today = "today";

    /// <summary>The papers' schemes.</summary>
    public static IReadOnlyList<string> OfPapers { get; } = InGroup(Papers);

    /// <summary>The groups in which the claims table shows the schemes.</summary>
    public static IReadOnlyList<string> Groups { get; } = [.. Declared.Select(s => s.Group).Distinct()];

    /// <summary>The schemes of a group, in the order of the tables; empty where there is no such group.</summary>
    public static IReadOnlyList<string> InGroup(string group) => [.. Declared.Where(s => s.Group == group).Select(s => s.Name)];

    /// <summary>The schemes whose transport is TLS, by what a device proves its name with.</summary>
    public static IReadOnlyList<string> OfTls { get; } = [Tls, TlsClient, TlsPsk];

    /// <summary>True where payloads are encrypted under a key that one client shares with the broker, which opens and re-seals them.</summary>
    public static bool IsHopByHop(string scheme) => Declared.Any(s => s.Name == scheme && s.IsHopByHop);

    /// <summary>The declaration of a scheme.</summary>
    /// <exception cref="ArgumentException">No such scheme.</exception>
    public static SchemeAttribute Find(string scheme) => Declared.FirstOrDefault(s => s.Name == scheme)
        ?? throw new ArgumentException($"no scheme '{scheme}'; known: {string.Join(", ", All)}", nameof(scheme));

    /// <summary>The fidelity of this implementation to the published text: empty, <c>as described</c> or <c>as reconstructed</c>. Printed wherever results of the scheme are.</summary>
    /// <exception cref="ArgumentException">No such scheme.</exception>
    public static string Label(string scheme) => Find(scheme).Label;
}
