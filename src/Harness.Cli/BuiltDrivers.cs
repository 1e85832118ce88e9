using Harness.Bench;
using Harness.Brokers;
#if HAVE_SERIAL_PORTS || HAVE_DEVICE_GPIO || HAVE_IOT_BINDINGS
using Harness.Drivers.DotNetIot;
#endif

namespace Harness.Cli;

/// <summary>The drivers of this build: the built-in ones and those on the named packages that it was built with, each by itself.</summary>
internal static class BuiltDrivers
{
    /// <summary>What a rig file may name.</summary>
    public static BenchDrivers Create()
    {
        var drivers = new BenchDrivers().AddBroker("mqttnet", MqttNetBroker.StartAsync);
#if HAVE_SERIAL_PORTS
        drivers.AddLine("serialport", SerialPortLink.Open);
#endif
#if HAVE_IOT_BINDINGS
        drivers.AddClimate("iot-bindings", (bus, address, _) => IotBme280.Open(bus, address));
#endif
#if HAVE_DEVICE_GPIO
        drivers.AddInput("device-gpio", DeviceGpioInput.Open);
#endif
        return drivers;
    }
}
