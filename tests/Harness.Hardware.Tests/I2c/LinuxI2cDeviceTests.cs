using System.Runtime.CompilerServices;
using Harness.Hardware.Native;

namespace Harness.Hardware.Tests.I2c;

/// <summary>What needs no bus: errors and layouts. Transfers are in the BME280 contract, where a chip is wired.</summary>
[TestFixture]
public sealed class LinuxI2cDeviceTests
{
    [Test]
    public void A_missing_bus_says_how_to_enable_it()
    {
        var failure = Assert.Throws<HardwareException>(() => LinuxI2cDevice.Open("/dev/i2c-250", 0x76))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Missing));
        Assert.That(failure.Message, Does.StartWith("/dev/i2c-250: no such I2C bus"));
        Assert.That(failure.NextCommand, Is.EqualTo("sudo raspi-config nonint do_i2c 0"));
    }

    [TestCase("/dev/null")]
    [TestCase("/dev/ptmx")]
    public void What_is_no_bus_is_refused(string path)
    {
        var failure = Assert.Throws<HardwareException>(() => LinuxI2cDevice.Open(path, 0x76))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Configuration));
        Assert.That(failure.Message, Does.Contain("not an I2C bus"));
    }

    [TestCase(0x07)]
    [TestCase(0x78)]
    public void A_reserved_address_is_refused(int address) =>
        Assert.That(() => LinuxI2cDevice.Open("/dev/i2c-1", address), Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase((int)Errno.RemoteInputOutput, HardwareFailure.NoAcknowledge)]
    [TestCase((int)Errno.NoDeviceOrAddress, HardwareFailure.NoAcknowledge)]
    [TestCase((int)Errno.TimedOut, HardwareFailure.TimedOut)]
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

    [Test]
    public void The_kernel_structures_have_their_sizes()
    {
        Assume.That(IntPtr.Size, Is.EqualTo(8));
        int[] sizes = [Unsafe.SizeOf<LinuxI2cDevice.Message>(), Unsafe.SizeOf<LinuxI2cDevice.MessageSet>()];
        Assert.That(sizes, Is.EqualTo(new[] { 16, 16 })); // struct i2c_msg, struct i2c_rdwr_ioctl_data
    }
}
