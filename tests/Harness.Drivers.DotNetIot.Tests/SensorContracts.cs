using Harness.Hardware;
using Harness.Hardware.Tests.Sensors;

namespace Harness.Drivers.DotNetIot.Tests;

/// <summary>Iot.Device.Bindings' BME280 on our register model.</summary>
[TestFixture]
public sealed class IotBme280Contract : ClimateSensorContract
{
    protected override IClimateSensor Open(II2cDevice chip)
    {
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
    public void It_reads_the_level_that_the_package_s_controller_has_from_its_driver()
    {
        ReadsALine();
    }

    [Test]
    public void A_line_that_the_controller_cannot_take_as_input_is_told_with_what_to_type()
    {
        RefusesALine();
    }

    // Apart, so that the driver's base class is loaded only where there is one.
    private static void ReadsALine()
    {
        var line = new OneLine(17);
        var input = DeviceGpioInput.On(line, 17, "button", "/dev/gpiochip0 line 17", "gpioinfo gpiochip0");
        Assert.That((input.Name, line.Mode), Is.EqualTo(("button", System.Device.Gpio.PinMode.Input)));
        foreach (var level in (bool[])[true, false, true])
        {
            line.Level = level;
            Assert.That(input.Read(), Is.EqualTo(level));
        }

        line.Gone = true;
        var gone = Assert.Throws<HardwareException>(() => input.Read())!;
        Assert.That((gone.Failure, gone.NextCommand), Is.EqualTo((HardwareFailure.Vanished, "gpiodetect")));
        Assert.That(gone.Message, Does.Contain("/dev/gpiochip0 line 17").And.Contain("button"));
        input.Dispose();
        input.Dispose();
        Assert.That((line.Opened, line.Disposed), Is.EqualTo((0, 1)), "the line is given back, once");
        Assert.That(() => input.Read(), Throws.InstanceOf<ObjectDisposedException>());
    }

    private static void RefusesALine()
    {
        var line = new OneLine(17) { OutputOnly = true };
        var refused = Assert.Throws<HardwareException>(() => DeviceGpioInput.On(line, 17, "button", "/dev/gpiochip0 line 17", "gpioinfo gpiochip0"))!;
        Assert.That((refused.Failure, refused.NextCommand), Is.EqualTo((HardwareFailure.Configuration, "gpioinfo gpiochip0")));
        Assert.That((line.Opened, line.Disposed), Is.EqualTo((0, 1)));
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
