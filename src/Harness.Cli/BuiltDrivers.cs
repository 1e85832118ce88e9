using Harness.Bench;
using Harness.Brokers;

namespace Harness.Cli;

/// <summary>The drivers of this build that a rig file may name.</summary>
internal static class BuiltDrivers
{
    /// <summary>Creates the bench's drivers and adds those of the other projects.</summary>
    public static BenchDrivers Create() => new BenchDrivers()
        .AddBroker("mqttnet", MqttNetBroker.StartAsync);
}
