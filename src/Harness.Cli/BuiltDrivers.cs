using Harness.Bench;
using Harness.Brokers;

namespace Harness.Cli;

/// <summary>The drivers that a rig file may name.</summary>
internal static class BuiltDrivers
{
    /// <summary>Adds the drivers of the other rooms to those of the bench.</summary>
    public static BenchDrivers Create() => new BenchDrivers()
        .AddBroker("mqttnet", MqttNetBroker.StartAsync);
}
