using System.Globalization;

namespace Harness.Bench.Tests.Rig;

/// <summary>A sensor of a lab's own, of quantities that no driver here knows: named in a rig, read, and refused where nobody declares it.</summary>
public sealed class OwnSensorTests
{
    private const string Entry = "soil: {kind: sensor, driver: lab-soil, bus: /dev/i2c-7, address: 0x31, settings: {depth: 12}}";

    [Test]
    public async Task A_sensor_of_a_lab_s_own_is_read_like_any_other()
    {
        await using var bench = new TestBench(Rig(Entry), new TestBenchOptions { Drivers = new BenchDrivers(typeof(Soil).Assembly) });
        foreach (var word in (string[])["soil", "lab-soil"])
        {
            var reading = bench.Sensors.ReadUsable(word);
            Assert.That(reading.Values, Is.EqualTo(new[] { new SensorValue("moisture", 12.5, "%") }), "12 of its settings");
            Assert.That(reading.Detail, Is.EqualTo("soil at /dev/i2c-7 0x31"));
        }

        Assert.That(Readings.Sensor(bench, "soil", 200, default), Is.Not.Empty);
        Assert.That(bench.Sensors.Model("soil"), Is.Null);
        Assert.That(() => bench.Sensors.DigitalInput(), Throws.TypeOf<Record.InconclusiveException>(), "it is no input");
    }

    [Test]
    public void A_driver_that_nobody_declares_is_told_with_its_place()
    {
        var rig = Rig("soil: {kind: sensor, driver: lab-sail}");
        var refused = Assert.Throws<RigFileException>(() => new BenchDrivers(typeof(Soil).Assembly).Check(rig))!;
        Assert.That(refused.Message, Does.Contain("no driver \"lab-sail\" here").And.Contain("lab-soil"));
        Assert.That(Assert.Throws<RigFileException>(() => new BenchDrivers().Check(rig))!.Message, Does.Contain("there is none: a plugin declares them"));
    }

    [TestCase("soil: {kind: sensor, driver: lab-soil, one_wire: 28-1}", "one_wire")]
    [TestCase("soil: {kind: sensor, driver: lab-soil, gpio: x}", "gpio")]
    [TestCase("soil: {kind: sensor, driver: i2c}", "binding")]
    public void A_key_that_does_not_fit_is_refused(string entry, string key) =>
        Assert.That(() => Rig(entry), Throws.TypeOf<RigFileException>().With.Message.Contains(key));

    private static RigFile Rig(string sensor) => RigFile.Parse($"rig: r\nserver: s\nplugins: [lab.dll]\ndevices:\n  h: {{kind: host}}\nsensors:\n  {sensor}\n", "bench.yaml");

    private sealed class Soil(string name, string place, double moisture, TimeProvider time) : ISensor
    {
        [SensorDriver("lab-soil")]
        public static ISensor Open(string name, string bus, int address, IReadOnlyDictionary<string, string> settings, TimeProvider time) =>
            new Soil(name, $"{bus} 0x{address:x2}", double.Parse(settings["depth"], CultureInfo.InvariantCulture) + 0.5, time);

        public SensorReading Read(CancellationToken cancellationToken = default) =>
            new(name, [new("moisture", moisture, "%")], time.GetUtcNow(), ReadingQuality.Good, $"{name} at {place}");

        public void Dispose()
        {
        }
    }
}
