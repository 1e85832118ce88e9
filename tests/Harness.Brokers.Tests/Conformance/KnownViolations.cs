namespace Harness.Brokers.Tests.Conformance;

/// <summary>Statements that released brokers violate, as version and number.</summary>
internal static class KnownViolations
{
    /// <summary>Violations of MQTTnet's server 5.2.0.</summary>
    public static IReadOnlyList<string> OfMqttNet { get; } =
    [
        "3.1.1 MQTT-1.5.3-1", "3.1.1 MQTT-1.5.3-2", "3.1.1 MQTT-2.3.1-1", "3.1.1 MQTT-3.1.2-2", "3.1.1 MQTT-3.1.3-8", "3.1.1 MQTT-3.1.4-1",
        "3.1.1 MQTT-3.3.1-1", "3.1.1 MQTT-3.3.1-3", "3.1.1 MQTT-3.3.2-2", "3.1.1 MQTT-3.6.1-1", "3.1.1 MQTT-3.8.1-1", "3.1.1 MQTT-3.8.3-3",
        "3.1.1 MQTT-3-8.3-4", "3.1.1 MQTT-3.9.3-1", "3.1.1 MQTT-3.10.1-1", "3.1.1 MQTT-3.10.3-2", "3.1.1 MQTT-4.3.3-2", "3.1.1 MQTT-4.4.0-1",
        "3.1.1 MQTT-4.7.1-3",
        "5.0 MQTT-1.5.4-1", "5.0 MQTT-1.5.4-2", "5.0 MQTT-2.2.1-3", "5.0 MQTT-3.1.2-3", "5.0 MQTT-3.1.2-24", "5.0 MQTT-3.1.2-25",
        "5.0 MQTT-3.1.3-9", "5.0 MQTT-3.1.4-1", "5.0 MQTT-3.3.1-1", "5.0 MQTT-3.3.1-3", "5.0 MQTT-3.3.2-2", "5.0 MQTT-3.3.2-5",
        "5.0 MQTT-3.3.2-6", "5.0 MQTT-3.3.4-9", "5.0 MQTT-3.6.1-1", "5.0 MQTT-3.8.1-1", "5.0 MQTT-3.8.3-2", "5.0 MQTT-3.8.3-5",
        "5.0 MQTT-3.9.3-1", "5.0 MQTT-3.10.1-1", "5.0 MQTT-3.10.3-2", "5.0 MQTT-4.3.3-10", "5.0 MQTT-4.4.0-1", "5.0 MQTT-4.7.1-2",
    ];

    /// <summary>Those among them that depend on no wait: they are found in every run.</summary>
    public static IReadOnlyList<string> AlwaysOfMqttNet { get; } =
    [
        "3.1.1 MQTT-4.7.1-3", "5.0 MQTT-4.7.1-2", "3.1.1 MQTT-3.9.3-1", "5.0 MQTT-3.9.3-1", "3.1.1 MQTT-3.3.1-3", "5.0 MQTT-3.3.1-3",
        "3.1.1 MQTT-4.3.3-2", "5.0 MQTT-4.3.3-10", "5.0 MQTT-3.3.4-9", "5.0 MQTT-3.1.2-24",
    ];

    /// <summary>Violations of Debian's Mosquitto 2.0.11.</summary>
    public static IReadOnlyList<string> OfMosquitto { get; } = ["5.0 MQTT-3.8.3-4", "5.0 MQTT-4.8.2-1"];

    /// <summary>Violations of Debian's RabbitMQ 3.10.8, which has no MQTT 5.0.</summary>
    public static IReadOnlyList<string> OfRabbitMq { get; } =
    [
        "3.1.1 MQTT-1.5.3-1", "3.1.1 MQTT-1.5.3-2", "3.1.1 MQTT-2.3.1-1", "3.1.1 MQTT-3.1.0-2", "3.1.1 MQTT-3.1.2-2", "3.1.1 MQTT-3.1.2-3", "3.1.1 MQTT-3.1.4-1", "3.1.1 MQTT-3.3.1-3",
        "3.1.1 MQTT-3.3.2-2", "3.1.1 MQTT-3.6.1-1", "3.1.1 MQTT-3.8.3-3", "3.1.1 MQTT-3.10.3-2", "3.1.1 MQTT-4.7.1-2", "3.1.1 MQTT-4.7.1-3", "3.1.1 MQTT-4.7.2-1", "3.1.1 MQTT-4.7.3-1",
    ];

    /// <summary>Violations of Debian's ActiveMQ 5.17.2, which has no MQTT 5.0.</summary>
    public static IReadOnlyList<string> OfActiveMq { get; } =
    [
        "3.1.1 MQTT-1.5.3-1", "3.1.1 MQTT-1.5.3-2", "3.1.1 MQTT-2.3.1-1", "3.1.1 MQTT-3.1.2-2", "3.1.1 MQTT-3.1.2-3", "3.1.1 MQTT-3.1.4-1", "3.1.1 MQTT-3.2.2-2", "3.1.1 MQTT-3.6.1-1",
        "3.1.1 MQTT-3.8.3-3", "3.1.1 MQTT-3.10.3-2", "3.1.1 MQTT-4.3.3-2",
    ];
}
