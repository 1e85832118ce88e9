using System.Reflection;

namespace Harness.Schemes;

/// <summary>The schemes by the names that rigs, features and boards use.</summary>
public static class SchemeNames
{
    /// <summary>Sahmi et al. 2021: as published.</summary>
    public const string MqttPresent = "mqtt-present";

    /// <summary>Shin et al. 2016: as described, for only a description of it is public.</summary>
    public const string AugMqtt = "augmqtt";

    /// <summary>Calabretta et al. 2018: as reconstructed from its abstract and what others write of it.</summary>
    public const string MqttAuth = "mqtt-auth";

    private static readonly IReadOnlyList<SchemeAttribute> Declared =
        [.. typeof(SchemeNames).Assembly.GetTypes().SelectMany(t => t.GetCustomAttributes<SchemeAttribute>(inherit: false)).OrderBy(s => s.Order)];

    /// <summary>All.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Declared.Select(s => s.Name)];

    /// <summary>Whether payloads travel under a key that one client shares with the broker, who opens and re-seals them.</summary>
    public static bool IsHopByHop(string scheme) => Declared.Any(s => s.Name == scheme && s.IsHopByHop);

    /// <summary>How far what runs here is the published text: empty, <c>as described</c> or <c>as reconstructed</c>. Printed wherever results of the scheme are.</summary>
    /// <exception cref="ArgumentException">No such scheme.</exception>
    public static string Label(string scheme) => Declared.FirstOrDefault(s => s.Name == scheme)?.Label
        ?? throw new ArgumentException($"no scheme '{scheme}'; known: {string.Join(", ", All)}", nameof(scheme));
}
