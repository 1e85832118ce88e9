using Harness.Hardware;
using Harness.Hardware.Tests.Sensors;

namespace Harness.Drivers.DotNetIot.Tests;

/// <summary>Iot.Device.Bindings' BME280 on our register model.</summary>
[TestFixture]
public sealed class IotBme280Contract : ClimateSensorContract
{
    protected override IClimateSensor Open(II2cDevice chip)
    {
        NeedsPackage.IotBindings();
        return IotBme280.On(chip);
    }
}

/// <summary>System.Device.Gpio on a real line: HARNESS_GPIO=/dev/gpiochip0@17.</summary>
[TestFixture]
public sealed class DeviceGpioInputTests
{
    [Test]
    public void It_reads_what_the_built_in_driver_reads()
    {
        NeedsPackage.DeviceGpio();
        var named = Environment.GetEnvironmentVariable("HARNESS_GPIO");
        if (string.IsNullOrEmpty(named))
        {
            NeedsHardware.Ignore("a GPIO line named by HARNESS_GPIO, for example /dev/gpiochip0@17");
        }

        var words = named!.Split('@');
        var line = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
        bool expected;
        using (var builtIn = LinuxGpioInput.Open(words[0], line))
        {
            expected = builtIn.Read();
        }

        using var input = DeviceGpioInput.Open(words[0], line, "button");
        Assert.That((input.Name, input.Read()), Is.EqualTo(("button", expected)));
        input.Dispose();
        Assert.That(() => input.Read(), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public void A_missing_chip_is_told_as_the_built_in_driver_tells_it()
    {
        var failure = Assert.Throws<HardwareException>(() => DeviceGpioInput.Open("/dev/gpiochip250", 4))!;
        Assert.That((failure.Failure, failure.NextCommand), Is.EqualTo((HardwareFailure.Missing, "ls -l /dev/gpiochip*")));
    }

    [Test]
    public void A_missing_bus_is_told_as_the_built_in_driver_tells_it() =>
        Assert.That(() => IotBme280.Open("/dev/i2c-250", 0x76), Throws.TypeOf<HardwareException>().With.Property("Failure").EqualTo(HardwareFailure.Missing));
}
