namespace Harness.Hardware.Tests.Sensors;

/// <summary>Contract tests of a BME280 on a bus: its registers (BST-BME280-DS002), and its readings through the driver.</summary>
public abstract class Bme280Contract
{
    private I2cDevice _chip = null!;

    protected abstract I2cDevice Open();

    protected virtual void Wait(int ms) => Thread.Sleep(ms);

    [SetUp]
    public void OpenChip() => _chip = Open();

    [TearDown]
    public void CloseChip() => _chip?.Dispose();

    [Test]
    public void It_says_it_is_a_BME280() => Assert.That(Register(0xD0), Is.EqualTo(0x60));

    [Test]
    public void A_burst_reads_what_single_reads_do()
    {
        var burst = new byte[26];
        _chip.WriteRead([0x88], burst);
        var single = Enumerable.Range(0x88, 26).Select(r => Register((byte)r)).ToArray();
        Assert.That(burst, Is.EqualTo(single));
        Assert.That(burst.Distinct().Count(), Is.GreaterThan(8), "trimming parameters are not blank");
    }

    [Test]
    public void A_write_then_a_read_without_repeated_start_reads_the_same()
    {
        var value = new byte[1];
        _chip.Write([0xD0]);
        _chip.Read(value);
        Assert.That(value[0], Is.EqualTo(0x60));
    }

    [Test]
    public void A_reset_brings_the_control_registers_to_zero()
    {
        _chip.Write([0xF5, 0x10]);
        _chip.Write([0xF2, 0x05]);
        _chip.Write([0xE0, 0xB6]);
        Wait(5);
        Assert.That((Register(0xF2), Register(0xF4), Register(0xF5), Register(0xF3) & 1), Is.EqualTo((0, 0, 0, 0)));
    }

    [Test]
    public void Any_other_word_does_not_reset()
    {
        _chip.Write([0xF2, 0x03]);
        _chip.Write([0xE0, 0xB7]);
        Wait(5);
        Assert.That(Register(0xF2), Is.EqualTo(0x03));
        Assert.That(Register(0xE0), Is.Zero);
    }

    [Test]
    public void Id_and_trimming_cannot_be_written()
    {
        var before = Register(0x88);
        _chip.Write([0xD0, 0x00, 0x88, (byte)~before]);
        Assert.That((Register(0xD0), Register(0x88)), Is.EqualTo(((byte)0x60, before)));
    }

    [Test]
    public void One_transfer_writes_pairs_of_register_and_value()
    {
        _chip.Write([0xF4, 0x00, 0xF2, 0x02, 0xF5, 0x08]);
        Assert.That((Register(0xF2), Register(0xF5)), Is.EqualTo((0x02, 0x08)));
    }

    [Test]
    public void A_forced_measurement_goes_back_to_sleep_and_fills_the_data()
    {
        _chip.Write([0xE0, 0xB6]);
        Wait(5);
        _chip.Write([0xF2, 0x01, 0xF4, 0x25]);
        Wait(20);
        var data = new byte[8];
        _chip.WriteRead([0xF7], data);
        Assert.That(Register(0xF4), Is.EqualTo(0x24));
        Assert.That(Register(0xF3) & 0x08, Is.Zero);
        Assert.That(data[..2], Is.Not.EqualTo(new byte[] { 0x80, 0x00 }), "pressure");
        Assert.That(data[3..5], Is.Not.EqualTo(new byte[] { 0x80, 0x00 }), "temperature");
        Assert.That(data[6..], Is.Not.EqualTo(new byte[] { 0x80, 0x00 }), "humidity");
    }

    [Test]
    public void A_quantity_that_is_not_sampled_reads_as_skipped()
    {
        _chip.Write([0xE0, 0xB6]);
        Wait(5);
        _chip.Write([0xF4, 0x21]); // temperature alone
        Wait(20);
        var data = new byte[8];
        _chip.WriteRead([0xF7], data);
        Assert.That(data[..3], Is.EqualTo(new byte[] { 0x80, 0x00, 0x00 }), "pressure");
        Assert.That(data[6..], Is.EqualTo(new byte[] { 0x80, 0x00 }), "humidity");
    }

    [Test]
    public void The_driver_reads_air_that_can_be()
    {
        using var sensor = NewDriver(_chip);
        for (var i = 0; i < 5; i++)
        {
            var reading = sensor.Read();
            Assert.That(reading.Temperature.DegreesCelsius, Is.InRange(-20, 60));
            Assert.That(reading.Humidity.Percent, Is.InRange(0, 100));
            Assert.That(reading.Pressure.Hectopascals, Is.InRange(600, 1100));
        }
    }

    protected virtual Bme280Sensor NewDriver(I2cDevice chip) => new(chip);

    private byte Register(byte address)
    {
        var value = new byte[1];
        _chip.WriteRead([address], value);
        return value[0];
    }
}

[TestFixture]
public sealed class Bme280ModelContract : Bme280Contract
{
    private readonly FakeTimeProvider _time = new();

    protected override I2cDevice Open() => new Bme280RegisterModel(time: _time);

    protected override void Wait(int ms) => _time.AdvanceMs(ms);

    protected override Bme280Sensor NewDriver(I2cDevice chip) => new(chip, _time, _time.Pause);
}

[TestFixture]
public sealed class Bme280HardwareContract : Bme280Contract
{
    protected override I2cDevice Open() => RealDevices.Bme280();
}
