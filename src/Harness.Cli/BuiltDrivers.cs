using Harness.Bench;
using Harness.Drivers.DotNetIot;
using Harness.Drivers.MqttNet;

namespace Harness.Cli;

/// <summary>The drivers that a rig file may name.</summary>
internal static class BuiltDrivers
{
    /// <summary>Adds the drivers of the other rooms to those of the bench.</summary>
    public static BenchDrivers Create() => new BenchDrivers()
        .AddLine("serialport", SerialPortLink.Open)
        .AddClimate("iot-bindings", (bus, address, _) => IotBme280.Open(bus, address))
        .AddInput("device-gpio", DeviceGpioInput.Open)
        .AddBroker("mqttnet", MqttNetBroker.StartAsync)
        .AddClient("mqttnet", MqttNetClient.ConnectAsync);
}
