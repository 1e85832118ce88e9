namespace Harness.Brokers.Tests.Conformance;

/// <summary>Statements that released brokers violate, as version and number.</summary>
internal static class KnownViolations
{
    /// <summary>Violations of MQTTnet's server 5.2.0.</summary>
    public static IReadOnlyList<string> OfMqttNet { get; } = ["3.1.1 MQTT-4.7.1-3", "5.0 MQTT-4.7.1-2"];

    /// <summary>Violations of Debian's Mosquitto 2.0.11.</summary>
    public static IReadOnlyList<string> OfMosquitto { get; } = ["5.0 MQTT-3.8.3-4", "5.0 MQTT-4.8.2-1"];
}
