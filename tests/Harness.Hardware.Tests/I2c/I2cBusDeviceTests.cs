using Harness.Hardware.I2c;

namespace Harness.Hardware.Tests.I2c;

/// <summary>Tests of errors, which need no bus. Transfers are in the BME280 contract tests, which use a real chip where one is wired.</summary>
[TestFixture]
public sealed class I2cBusDeviceTests
{
    [Test]
    public void A_missing_bus_says_how_to_enable_it()
    {
        var failure = Assert.Throws<HardwareException>(() => I2cBusDevice.Open("/dev/i2c-250", 0x76))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Missing));
        Assert.That(failure.Message, Does.StartWith("/dev/i2c-250: no such I2C bus"));
        Assert.That(failure.NextCommand, Is.EqualTo("sudo raspi-config nonint do_i2c 0"));
    }

    [TestCase("/dev/null")]
    [TestCase("/dev/ptmx")]
    public void A_device_file_that_is_no_bus_is_refused(string path)
    {
        var failure = Assert.Throws<HardwareException>(() => I2cBusDevice.Open(path, 0x76))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Configuration));
        Assert.That(failure.Message, Does.Contain("not an I2C bus"));
    }

    [TestCase(0x07)]
    [TestCase(0x78)]
    public void A_reserved_address_is_refused(int address) =>
        Assert.That(() => I2cBusDevice.Open("/dev/i2c-1", address), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase((int)Errno.RemoteInputOutput, HardwareFailure.NoAcknowledge)]
    [TestCase((int)Errno.NoDeviceOrAddress, HardwareFailure.NoAcknowledge)]
    [TestCase((int)Errno.TimedOut, HardwareFailure.BusStuck)]
    [TestCase((int)Errno.Again, HardwareFailure.BusStuck)]
    [TestCase((int)Errno.NoDevice, HardwareFailure.Vanished)]
    public void A_failed_transfer_says_why_and_what_to_look_at(int errno, HardwareFailure expected)
    {
        var failure = new I2cFailure("/dev/i2c-3", 0x76).Transferring((Errno)errno);
        Assert.That(failure.Failure, Is.EqualTo(expected));
        Assert.That(failure.Device, Is.EqualTo("/dev/i2c-3 address 0x76"));
        Assert.That(failure.NextCommand, Is.EqualTo("i2cdetect -y 3").Or.EqualTo("ls -l /dev/i2c-*"));
    }

    [Test]
    public void An_address_of_a_kernel_driver_is_busy_and_shows_where_to_look()
    {
        var failure = new I2cFailure("/dev/i2c-1", 0x76).Opening(Errno.Busy);
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Busy));
        Assert.That(failure.NextCommand, Does.Contain("/sys/bus/i2c/devices/1-0076"));
    }

    [Test]
    public void A_missing_permission_names_the_group_to_join()
    {
        var failure = new I2cFailure("/dev/i2c-250", 0x76).Opening(Errno.AccessDenied);
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.PermissionDenied));
        Assert.That(failure.NextCommand, Is.EqualTo("sudo usermod -aG i2c $USER"));
    }

    [TestCase("Error 121 performing I2C data transfer.", (int)Errno.RemoteInputOutput)]
    [TestCase("Error 19 performing I2C data transfer.", (int)Errno.NoDevice)]
    [TestCase("Error 99999 performing I2C data transfer.", (int)Errno.None)]
    [TestCase("Something else", (int)Errno.None)]
    public void The_kernel_s_number_is_taken_from_the_package_s_message(string message, int errno)
    {
        Assert.That((int)I2cBusDevice.ErrorNumber(new IOException(message)), Is.EqualTo(errno));
    }

    [Test]
    public void A_failure_without_a_number_keeps_the_package_s_words()
    {
        var cause = new IOException("Something else.");
        var failure = new I2cFailure("/dev/i2c-3", 0x76).Transferring(Errno.None, cause);
        Assert.That((failure.Failure, failure.InnerException), Is.EqualTo((HardwareFailure.Vanished, cause)));
        Assert.That(failure.Message, Does.EndWith("the transfer failed: Something else."));
    }
}
