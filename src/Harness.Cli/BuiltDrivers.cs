using Harness.Bench;
#if NAMED_PACKAGES
using Harness.Drivers.DotNetIot;
using Harness.Drivers.MqttNet;
#endif

namespace Harness.Cli;

/// <summary>The drivers of this build: the built-in ones and, with the named packages, those on them.</summary>
internal static class BuiltDrivers
{
    /// <summary>What a rig file may name.</summary>
    public static BenchDrivers Create()
    {
        var drivers = new BenchDrivers();
#if NAMED_PACKAGES
        drivers
            .AddLine("serialport", SerialPortLink.Open)
            .AddClimate("iot-bindings", (bus, address, _) => IotBme280.Open(bus, address))
            .AddInput("device-gpio", DeviceGpioInput.Open)
            .AddBroker("mqttnet", MqttNetBroker.StartAsync)
            .AddClient("mqttnet", MqttNetClient.ConnectAsync);
#endif
        return drivers;
    }
}
