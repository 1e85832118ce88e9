namespace Harness.Tests;

/// <summary>Leaves a test out where the build has a package's signatures alone; it never lets a test pass in silence.</summary>
internal static class NeedsPackage
{
    /// <summary>MQTTnet and MQTTnet.Server.</summary>
    public static void MqttNet() => Of("MQTTnet", "HaveMqttNet",
#if HAVE_MQTTNET
        built: true);
#else
        built: false);
#endif

    /// <summary>System.IO.Ports.</summary>
    public static void SerialPorts() => Of("System.IO.Ports", "HaveSerialPorts",
#if HAVE_SERIAL_PORTS
        built: true);
#else
        built: false);
#endif

    /// <summary>System.Device.Gpio.</summary>
    public static void DeviceGpio() => Of("System.Device.Gpio", "HaveDeviceGpio",
#if HAVE_DEVICE_GPIO
        built: true);
#else
        built: false);
#endif

    /// <summary>Iot.Device.Bindings.</summary>
    public static void IotBindings() => Of("Iot.Device.Bindings", "HaveIotBindings",
#if HAVE_IOT_BINDINGS
        built: true);
#else
        built: false);
#endif

    private static void Of(string package, string property, bool built)
    {
        if (!built)
        {
            Assert.Ignore($"needs package: {package}; this build has its signatures only. Next: dotnet build -p:{property}=true Harness.sln -c Release");
        }
    }
}
