using System.Device.I2c;
using Harness.Hardware.I2c;

namespace Harness.Guest.Tests;

/// <summary>The I2C driver on a kernel's bus, with a register model as its only chip.</summary>
public sealed class I2cTests
{
    private const string Node = "/dev/i2c-0";

    private static LabBus Bus => Lab.Bus;

    [TearDown]
    public void Mend() => (Bus.Broken, Bus.Chip.Present, Bus.Chip.ChipId, Bus.Chip.Celsius) = (0, true, 0x60, 21.5);

    [TestCase(-39.0, 1.0, 310.0)]
    [TestCase(21.5, 40.0, 1013.25)]
    [TestCase(84.9, 99.0, 1099.0)]
    public void Air_read_through_the_kernel_is_what_the_model_has_and_what_its_registers_say_without_a_kernel(double celsius, double percent, double hectopascal)
    {
        (Bus.Chip.Celsius, Bus.Chip.PercentHumidity, Bus.Chip.Hectopascal) = (celsius, percent, hectopascal);
        var before = Bus.Transfers;
        using var sensor = Bme280Sensor.Open(Node);
        var reading = sensor.Read();
        Assert.That(Bus.Transfers, Is.GreaterThan(before + 3), "the kernel carried it");
        Assert.That((reading.Temperature.DegreesCelsius, reading.Pressure.Hectopascals), Is.EqualTo((celsius, hectopascal)).Using<(double, double)>((a, b) => Math.Abs(a.Item1 - b.Item1) < 0.05 && Math.Abs(a.Item2 - b.Item2) < 0.2));
        Assert.That(reading.Humidity.Percent, Is.EqualTo(percent).Within(0.2));
        using var direct = new Bme280Sensor(new Borrowed(Bus.Chip));
        Assert.That(direct.Read(), Is.EqualTo(reading));
    }

    [Test]
    public void Every_register_reads_through_the_kernel_as_in_the_model()
    {
        using var chip = I2cBusDevice.Open(Node, 0x76);
        var (kernel, model) = (new byte[256], new byte[256]);
        chip.WriteRead([0x00], kernel);
        Bus.Chip.WriteRead([0x00], model);
        Assert.That(kernel, Is.EqualTo(model));
    }

    [Test]
    public void The_package_s_own_driver_on_its_own_bus_reads_the_same_air()
    {
        Bus.Chip.Celsius = 30.25;
        using var driver = new Iot.Device.Bmxx80.Bme280(I2cDevice.Create(new I2cConnectionSettings(0, 0x76)));
        Assert.That(driver.Read().Temperature!.Value.DegreesCelsius, Is.EqualTo(30.25).Within(0.05));
    }

    [Test]
    public void An_address_without_a_device_is_reported_with_the_command_to_look()
    {
        using var chip = I2cBusDevice.Open(Node, 0x77);
        foreach (var transfer in (Action[])[() => chip.Write([0xD0]), () => chip.Read(new byte[1]), () => chip.WriteRead([0xD0], new byte[1])])
        {
            var failure = Assert.Throws<HardwareException>(() => transfer())!;
            Assert.That((failure.Failure, failure.Device, failure.NextCommand), Is.EqualTo((HardwareFailure.NoAcknowledge, $"{Node} address 0x77", "i2cdetect -y 0")));
        }
    }

    [Test]
    public void A_chip_that_is_taken_off_does_not_acknowledge_and_is_read_again_when_it_is_back()
    {
        using var sensor = Bme280Sensor.Open(Node);
        Bus.Chip.Present = false;
        Assert.That(Assert.Throws<HardwareException>(() => sensor.Read())!.Failure, Is.EqualTo(HardwareFailure.NoAcknowledge));
        Bus.Chip.Present = true;
        Assert.That(sensor.Read().Temperature.DegreesCelsius, Is.EqualTo(21.5).Within(0.05));
    }

    [Test]
    public void Another_chip_is_the_wrong_one()
    {
        Bus.Chip.ChipId = 0x58;
        Assert.That(Assert.Throws<HardwareException>(() => Bme280Sensor.Open(Node).Dispose())!.Failure, Is.EqualTo(HardwareFailure.WrongChip));
    }

    [TestCase(-110, HardwareFailure.BusStuck)]       // ETIMEDOUT: a clock held low
    [TestCase(-121, HardwareFailure.NoAcknowledge)]  // EREMOTEIO, which many adapters report
    [TestCase(-19, HardwareFailure.Vanished)]        // ENODEV: an adapter that is unplugged
    public void An_error_of_the_kernel_is_told_as_what_it_means(int errno, HardwareFailure expected)
    {
        using var chip = I2cBusDevice.Open(Node, 0x76);
        Bus.Broken = (short)errno;
        var failure = Assert.Throws<HardwareException>(() => chip.WriteRead([0xD0], new byte[1]))!;
        Assert.That((failure.Failure, failure.NextCommand), Is.EqualTo((expected, expected == HardwareFailure.Vanished ? "ls -l /dev/i2c-*" : "i2cdetect -y 0")), failure.Message);
    }

    [Test]
    public void An_address_that_a_driver_of_the_kernel_holds_is_busy()
    {
        const string Adapter = "/sys/bus/i2c/devices/i2c-0/";
        File.WriteAllText(Adapter + "new_device", "dummy 0x50");
        try
        {
            var failure = Assert.Throws<HardwareException>(() => I2cBusDevice.Open(Node, 0x50))!;
            Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Busy));
            Assert.That(failure.NextCommand, Does.Contain("/sys/bus/i2c/devices/0-0050/name"));
            Assert.That(File.ReadAllText("/sys/bus/i2c/devices/0-0050/name").Trim(), Is.EqualTo("dummy"), "what the command shows is there");
        }
        finally
        {
            File.WriteAllText(Adapter + "delete_device", "0x50");
        }
    }

    /// <summary>A chip that is not disposed with its user.</summary>
    private sealed class Borrowed(I2cDevice chip) : I2cDevice
    {
        public override I2cConnectionSettings ConnectionSettings => chip.ConnectionSettings;

        public override void Write(ReadOnlySpan<byte> buffer) => chip.Write(buffer);

        public override void Read(Span<byte> buffer) => chip.Read(buffer);

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer) => chip.WriteRead(writeBuffer, readBuffer);
    }
}
