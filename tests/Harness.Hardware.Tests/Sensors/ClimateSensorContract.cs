namespace Harness.Hardware.Tests.Sensors;

/// <summary>Contract tests of every climate sensor, on the register model. Tolerances are the chip's: 0.02 °C and 0.1 hPa of resolution and rounding.</summary>
public abstract class ClimateSensorContract
{
    private Bme280RegisterModel _model = null!;
    private IClimateSensor _sensor = null!;

    protected abstract IClimateSensor Open(I2cDevice chip);

    [SetUp]
    public void OpenSensor()
    {
        _model = new Bme280RegisterModel();
        _sensor = Open(_model);
    }

    [TearDown]
    public void CloseSensor()
    {
        _sensor?.Dispose();
        _model?.Dispose(); // owned by the sensor, or by the test if the sensor was not opened
    }

    [TestCase(21.5, 40.0, 1013.25)]
    [TestCase(-12.34, 85.0, 950.0)]
    [TestCase(60.0, 5.0, 1080.0)]
    public void It_reads_the_air_around_the_chip(double celsius, double percent, double hectopascal)
    {
        (_model.Celsius, _model.PercentHumidity, _model.Hectopascal) = (celsius, percent, hectopascal);
        var reading = _sensor.Read();
        Assert.That(reading.Temperature.DegreesCelsius, Is.EqualTo(celsius).Within(0.05));
        Assert.That(reading.Humidity.Percent, Is.EqualTo(percent).Within(0.2));
        Assert.That(reading.Pressure.Hectopascals, Is.EqualTo(hectopascal).Within(0.2));
    }

    [Test]
    public void Each_reading_is_a_new_measurement()
    {
        _model.Celsius = 20;
        Assert.That(_sensor.Read().Temperature.DegreesCelsius, Is.EqualTo(20).Within(0.05));
        _model.Celsius = 30;
        Assert.That(_sensor.Read().Temperature.DegreesCelsius, Is.EqualTo(30).Within(0.05));
    }

    [Test]
    public void A_chip_that_is_gone_fails_as_a_hardware_error_and_works_again_when_it_is_back()
    {
        _model.Present = false;
        Assert.That(() => _sensor.Read(), Throws.TypeOf<HardwareException>().With.Property("NextCommand").Not.Empty);
        _model.Present = true;
        Assert.That(_sensor.Read().Temperature.DegreesCelsius, Is.InRange(-40, 85));
    }

    [Test]
    public void Another_chip_is_refused_as_the_wrong_one()
    {
        var failure = Assert.Throws<HardwareException>(() => Open(new Bme280RegisterModel { ChipId = 0x58 }))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.WrongChip));
    }

    [Test]
    public void An_address_without_a_device_is_reported()
    {
        var failure = Assert.Throws<HardwareException>(() => Open(new Bme280RegisterModel { Present = false }))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.NoAcknowledge));
    }

    [Test]
    public void A_cancelled_token_measures_nothing() =>
        Assert.That(() => _sensor.Read(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());

    [Test]
    public void A_closed_sensor_refuses_and_may_be_closed_again()
    {
        _sensor.Dispose();
        _sensor.Dispose();
        Assert.That(() => _sensor.Read(), Throws.InstanceOf<ObjectDisposedException>());
    }
}

[TestFixture]
public sealed class Bme280SensorContract : ClimateSensorContract
{
    protected override IClimateSensor Open(I2cDevice chip) => new Bme280Sensor(chip);
}
