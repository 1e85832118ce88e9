using Harness.Bench;
using Harness.Brokers;

namespace Harness.Cli;

/// <summary>The drivers that a rig file may name.</summary>
internal static class BuiltDrivers
{
    /// <summary>The drivers of every room that declares some.</summary>
    public static BenchDrivers Create() => new(typeof(MqttNetBroker).Assembly);
}
