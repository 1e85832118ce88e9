using System.Globalization;
using Harness.Hardware.I2c;

namespace Harness.Hardware.Tests;

/// <summary>Real devices, named by environment variables; without them the test is skipped and names the variable.</summary>
internal static class RealDevices
{
    /// <summary>Opens the chip of HARNESS_BME280=/dev/i2c-1@0x76.</summary>
    public static I2cDevice Bme280()
    {
        var words = Named("HARNESS_BME280", "/dev/i2c-1@0x76").Split('@');
        return I2cBusDevice.Open(words[0], int.Parse(words[1].Replace("0x", ""), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    /// <summary>Opens the line of HARNESS_GPIO=/dev/gpiochip0@17.</summary>
    public static IDigitalInput GpioInput(string name)
    {
        var words = Named("HARNESS_GPIO", "/dev/gpiochip0@17").Split('@');
        return Hardware.Gpio.GpioInput.Open(words[0], int.Parse(words[1], CultureInfo.InvariantCulture), name);
    }

    /// <summary>Opens the edges of HARNESS_GPIO_EDGES=/dev/gpiochip0@27: a line that toggles by itself, such as a board's trigger.</summary>
    public static LinuxGpioEdges GpioEdges()
    {
        var words = Named("HARNESS_GPIO_EDGES", "/dev/gpiochip0@27").Split('@');
        return LinuxGpioEdges.Open(words[0], int.Parse(words[1], CultureInfo.InvariantCulture));
    }

    private static string Named(string variable, string example)
    {
        var value = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrEmpty(value))
        {
            NeedsHardware.Ignore($"what {variable} names, for example {variable}={example}");
        }

        return value;
    }
}
