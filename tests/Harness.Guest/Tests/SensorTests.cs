using Harness.Hardware.Sensors.Bindings;

namespace Harness.Guest.Tests;

/// <summary>
/// Ready chips through the kernel's own drivers: i2c-dev, and w1_therm on a 1-wire bus. Without a rig file, whose reader takes an emulated machine longer than all of these; the session's doctor
/// has one.
/// </summary>
public sealed class SensorTests
{
    private const string Thermometer = "/sys/module/lab_w1/parameters/";

    [TearDown]
    public void Mend()
    {
        foreach (var (parameter, value) in (IEnumerable<(string, string)>)[("gone", "N"), ("damaged", "N"), ("sixteenths", "344")])
        {
            File.WriteAllText(Thermometer + parameter, value);
        }
    }

    [TestCase("mcp9808", "temperature", -12.25)]
    [TestCase("sht3x", "humidity", 61.0)]
    [TestCase("si7021", "temperature", 30.0)]
    [TestCase("lm75", "temperature", 44.5)]
    [TestCase("bh1750", "illuminance", 320.0)]
    [TestCase("ads1115", "voltage", 1.25)]
    [TestCase("ina219", "bus-voltage", 3.3)]
    public void A_chip_on_the_kernel_s_bus_reads_what_its_model_senses(string name, string quantity, double value)
    {
        var model = Lab.Bus.Put(name);
        model.Set(quantity, value);
        var before = Lab.Bus.Transfers;
        using var sensor = Open(name, new SensorPlace { Bus = "/dev/i2c-0", Address = BindingCatalog.ByName(name)!.Chip!.Addresses[0] });
        var reading = sensor.Read();
        Assert.That(reading.Quality, Is.EqualTo(ReadingQuality.Good), reading.ToString());
        Assert.That(reading.Values.Single(v => v.Quantity == quantity).Value, Is.EqualTo(value).Within(Math.Abs(value) / 50), reading.ToString());
        Assert.That(Lab.Bus.Transfers, Is.GreaterThan(before), "the kernel carried it");

        model.Fault = ChipFault.Gone;
        Assert.That(sensor.Read().Quality, Is.EqualTo(ReadingQuality.Gone));
        model.Fault = ChipFault.ClockHeld;
        Assert.That(sensor.Read().Quality, Is.EqualTo(ReadingQuality.StuckBus));
        model.Fault = ChipFault.None;
        Assert.That(sensor.Read().Quality, Is.EqualTo(ReadingQuality.Returned));
    }

    [TestCase(344, 21.5)]
    [TestCase(-160, -10)]
    [TestCase(2000, 125)]
    public void A_DS18B20_reads_by_the_kernel_s_1_wire_driver(int sixteenths, double celsius)
    {
        File.WriteAllText(Thermometer + "sixteenths", sixteenths.ToString(CultureInfo.InvariantCulture));
        using var sensor = Open("ds18b20", new SensorPlace { OneWire = "28-000005e2fdc3" });
        var reading = sensor.Read();
        Assert.That(reading.Quality, Is.EqualTo(ReadingQuality.Good), reading.ToString());
        Assert.That(reading.Values.Single().Value, Is.EqualTo(celsius).Within(0.001));
    }

    [TestCase("damaged", ReadingQuality.ChecksumError)]
    [TestCase("gone", ReadingQuality.Gone)]
    public void Faults_of_a_1_wire_line_are_told_apart_and_its_thermometer_comes_back(string fault, ReadingQuality expected)
    {
        using var sensor = Open("ds18b20", new SensorPlace { OneWire = "28-000005e2fdc3" });
        Assert.That(sensor.Read().Quality, Is.EqualTo(ReadingQuality.Good));
        File.WriteAllText(Thermometer + fault, "Y");
        var reading = sensor.Read();
        Assert.That(reading.Quality, Is.EqualTo(expected), reading.ToString());
        File.WriteAllText(Thermometer + fault, "N");
        Assert.That(sensor.Read().Quality, Is.EqualTo(ReadingQuality.Returned));
    }

    private static BindingSensor Open(string name, SensorPlace place) =>
        BindingSensor.At("one", BindingCatalog.ByName(name)!, place, new Dictionary<string, string>(), TimeProvider.System);
}
