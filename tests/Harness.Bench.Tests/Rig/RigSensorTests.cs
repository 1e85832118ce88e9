namespace Harness.Bench.Tests.Rig;

[TestFixture]
public sealed class RigSensorTests
{
    [Test]
    public void Each_kind_of_line_has_its_keys()
    {
        var sensors = Read("""
            sensors:
              air: {kind: sensor, binding: SHT3x, bus: /dev/i2c-1, address: 0x45, settings: {resolution: low}}
              level: {kind: sensor, binding: mcp3008, spi: /dev/spidev0.1, settings: {channel: 3, reference_volt: 5}}
              pipe: {kind: sensor, binding: ds18b20, one_wire: 28-000005e2fdc3}
              wall: {kind: sensor, binding: hcsr04, pins: {trigger: t, echo: e}}
              light: {kind: sensor, binding: bh1750, driver: model}
            gpio:
              t: {chip: /dev/gpiochip0, line: 5}
              e: {chip: /dev/gpiochip0, line: 6}
            """).Sensors;
        Assert.Multiple(() =>
        {
            Assert.That((sensors["air"].Driver, sensors["air"].Bus, sensors["air"].Address), Is.EqualTo(("i2c", "/dev/i2c-1", 0x45)));
            Assert.That((sensors["level"].Driver, sensors["level"].Spi, sensors["level"].Settings["channel"]), Is.EqualTo(("spi", "/dev/spidev0.1", "3")));
            Assert.That((sensors["pipe"].Driver, sensors["pipe"].OneWire, sensors["pipe"].OneWireBus), Is.EqualTo(("one-wire", "28-000005e2fdc3", "w1_bus_master1")));
            Assert.That((sensors["wall"].Driver, sensors["wall"].Pins["echo"]), Is.EqualTo(("gpio", "e")));
            Assert.That(sensors["light"].IsModel, Is.True);
        });
    }

    [TestCase("{kind: sensor, binding: sht3y, driver: model}", "sht3x")]
    [TestCase("{kind: sensor, binding: mhz19b}", "cannot be read: it needs a")]
    [TestCase("{kind: sensor, binding: hts221, driver: model}", "must be one of i2c")]
    [TestCase("{kind: sensor, binding: sht3x, driver: model, bus: /dev/i2c-1}", "does not go with driver model")]
    [TestCase("{kind: sensor, binding: sht3x, spi: /dev/spidev0.0}", "does not go with a binding on i2c")]
    [TestCase("{kind: sensor, binding: sht3x}", "lacks the key \"bus\"")]
    [TestCase("{kind: sensor, binding: hts221, bus: /dev/i2c-1}", "lacks the key \"address\"")]
    [TestCase("{kind: sensor, binding: mcp3008, spi: spidev0.0}", "must be a node like /dev/spidev0.0")]
    [TestCase("{kind: sensor, binding: sht3x, driver: model, settings: {resolutoin: low}}", "resolution")]
    [TestCase("{kind: sensor, binding: sht3x, driver: model, settings: {resolution: best}}", "one of High, Medium, Low")]
    [TestCase("{kind: sensor, binding: ina219, driver: model, settings: {shunt_ohm: tenth}}", "must be a number")]
    [TestCase("{kind: sensor, binding: hcsr04, pins: {trigger: t}}", "lacks the key \"echo\"")]
    [TestCase("{kind: sensor, binding: hcsr04, pins: {trigger: t, echo: x}}", "unknown gpio line")]
    [TestCase("{kind: sensor, binding: adxl345, spi: /dev/spidev0.0}", "lacks the setting \"gravity_range\"")]
    [TestCase("{kind: bme280, driver: model, binding: bme280}", "does not go with kind bme280")]
    public void A_slip_is_refused_at_its_place(string entry, string told) =>
        Assert.That(
            () => Read($"sensors:\n  s: {entry}\ngpio:\n  t: {{chip: /dev/gpiochip0, line: 5}}\n"),
            Throws.InstanceOf<RigFileException>().With.Message.Contains(told).And.Property(nameof(RigFileException.Line)).GreaterThan(4));

    [TestCase("{kind: sensor, binding: mcp3008, spi: /dev/spidev0.0}", "/dev/spidev0.0")]
    [TestCase("{kind: sensor, binding: ds18b20, one_wire: 28-1}", "1-wire device 28-1")]
    [TestCase("{kind: sensor, binding: sht3x, bus: /dev/i2c-1}", "address 0x44")]
    [TestCase("{kind: sensor, binding: dht22, pins: {data: t}}", "gpio line t")]
    public void Two_sensors_at_one_place_are_refused(string entry, string told) =>
        Assert.That(
            () => Read($"sensors:\n  a: {entry}\n  b: {entry}\ngpio:\n  t: {{chip: /dev/gpiochip0, line: 5}}\n"),
            Throws.InstanceOf<RigFileException>().With.Message.Contains(told));

    private static RigFile Read(string sensors) => RigFile.Parse($"rig: r\nserver: s\ndevices:\n  host: {{kind: host}}\n{sensors}", "r.yaml");
}
