using Harness.Bench;
using Harness.Bench.Rig;

namespace Harness.Guest.Tests;

/// <summary>Sensors that a rig file names by their binding, through the kernel's own drivers: i2c-dev, and w1_therm on a 1-wire bus.</summary>
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
        using var sensors = new Sensors($"{{kind: sensor, binding: {name}, bus: /dev/i2c-0}}");
        var reading = sensors.Read();
        Assert.That(reading.Quality, Is.EqualTo(ReadingQuality.Good), reading.ToString());
        Assert.That(reading.Values.Single(v => v.Quantity == quantity).Value, Is.EqualTo(value).Within(Math.Abs(value) / 50), reading.ToString());
        Assert.That(Lab.Bus.Transfers, Is.GreaterThan(before), "the kernel carried it");

        model.Fault = ChipFault.Gone;
        Assert.That(sensors.Read().Quality, Is.EqualTo(ReadingQuality.Gone));
        model.Fault = ChipFault.ClockHeld;
        Assert.That(sensors.Read().Quality, Is.EqualTo(ReadingQuality.StuckBus));
        model.Fault = ChipFault.None;
        Assert.That(sensors.Read().Quality, Is.EqualTo(ReadingQuality.Returned));
    }

    [TestCase(344, 21.5)]
    [TestCase(-160, -10)]
    [TestCase(2000, 125)]
    public void A_DS18B20_reads_by_the_kernel_s_1_wire_driver(int sixteenths, double celsius)
    {
        File.WriteAllText(Thermometer + "sixteenths", sixteenths.ToString(CultureInfo.InvariantCulture));
        using var sensors = new Sensors("{kind: sensor, binding: ds18b20, one_wire: 28-000005e2fdc3}");
        var reading = sensors.Read();
        Assert.That(reading.Quality, Is.EqualTo(ReadingQuality.Good), reading.ToString());
        Assert.That(reading.Values.Single().Value, Is.EqualTo(celsius).Within(0.001));
    }

    [TestCase("damaged", ReadingQuality.ChecksumError)]
    [TestCase("gone", ReadingQuality.Gone)]
    public void Faults_of_a_1_wire_line_are_told_apart_and_its_thermometer_comes_back(string fault, ReadingQuality expected)
    {
        using var sensors = new Sensors("{kind: sensor, binding: ds18b20, one_wire: 28-000005e2fdc3}");
        Assert.That(sensors.Read().Quality, Is.EqualTo(ReadingQuality.Good));
        File.WriteAllText(Thermometer + fault, "Y");
        var reading = sensors.Read();
        Assert.That(reading.Quality, Is.EqualTo(expected), reading.ToString());
        File.WriteAllText(Thermometer + fault, "N");
        Assert.That(sensors.Read().Quality, Is.EqualTo(ReadingQuality.Returned));
    }

    /// <summary>A rig of one sensor.</summary>
    private sealed class Sensors : IDisposable
    {
        private readonly string _file = Path.GetTempFileName();
        private readonly TestBench _bench;

        public Sensors(string entry)
        {
            File.WriteAllText(_file, $"rig: lab\nserver: s\ndevices: {{h: {{kind: host}}}}\nroles: {{host: h}}\nsensors:\n  one: {entry}\n");
            _bench = new TestBench(RigFile.Load(_file), new TestBenchOptions());
        }

        public SensorReading Read() => _bench.Sensors.Read("one");

        public void Dispose()
        {
            _bench.DisposeAsync().AsTask().GetAwaiter().GetResult();
            File.Delete(_file);
        }
    }
}
