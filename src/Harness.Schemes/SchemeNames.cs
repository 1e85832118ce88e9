using System.Reflection;

namespace Harness.Schemes;

/// <summary>The schemes by the names that rigs, features and boards use.</summary>
public static class SchemeNames
{
    /// <summary>Sahmi et al. 2021: as published.</summary>
    public const string MqttPresent = "mqtt-present";

    /// <summary>Shin et al. 2016: as described, because only a description of it is public.</summary>
    public const string AugMqtt = "augmqtt";

    /// <summary>Calabretta et al. 2018: as reconstructed from its abstract and from descriptions by others.</summary>
    public const string MqttAuth = "mqtt-auth";

    /// <summary>Our own repair of MQTT-PRESENT (src/Harness.Schemes/Hardened/HARDENED.md).</summary>
    public const string Hardened = "hardened";

    private static readonly IReadOnlyList<SchemeAttribute> Declared =
        [.. typeof(SchemeNames).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<SchemeAttribute>(inherit: false)).OrderBy(s => s.Order)];

    /// <summary>Every scheme.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Declared.Select(s => s.Name)];

    /// <summary>The schemes of the claims table.</summary>
    public static IReadOnlyList<string> Claimed { get; } = [.. Declared.Where(s => s.IsClaimed).Select(s => s.Name)];

    /// <summary>True where payloads are encrypted under a key that one client shares with the broker, which opens and re-seals them.</summary>
    public static bool IsHopByHop(string scheme) => Declared.Any(s => s.Name == scheme && s.IsHopByHop);

    /// <summary>The fidelity of this implementation to the published text: empty, <c>as described</c> or <c>as reconstructed</c>. Printed wherever results of the scheme are.</summary>
    /// <exception cref="ArgumentException">No such scheme.</exception>
    public static string Label(string scheme) => Declared.FirstOrDefault(s => s.Name == scheme)?.Label
        ?? throw new ArgumentException($"no scheme '{scheme}'; known: {string.Join(", ", All)}", nameof(scheme));
}
