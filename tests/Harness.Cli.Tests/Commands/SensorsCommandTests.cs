using Harness.Cli.Commands.Sensors;
using Harness.Hardware.Sensors.Bindings;

namespace Harness.Cli.Tests.Commands;

[TestFixture]
public sealed class SensorsCommandTests
{
    private const string Document = "src/Harness.Hardware/Sensors/SENSORS.md";

    [Test]
    public void The_document_is_what_the_command_writes() =>
        Assert.That(
            File.ReadAllText(Path.Combine(ProductPaths.Root, Document)).ReplaceLineEndings("\n").TrimEnd(), Is.EqualTo(SensorTable.Markdown().ReplaceLineEndings("\n").TrimEnd()),
            $"./harness sensors --markdown >{Document}");

    [Test]
    public void The_example_of_every_device_is_read_by_the_rig_reader()
    {
        foreach (var binding in BindingCatalog.Fitting)
        {
            var rig = RigFile.Parse($"rig: r\nserver: s\ndevices:\n  host: {{kind: host}}\n{SensorTable.Example(binding)}", "r.yaml");
            Assert.That(rig.Sensors["my-sensor"].Binding, Is.SameAs(binding));
            Assert.That(rig.Sensors["my-sensor"].IsModel, Is.False);
        }
    }

    [Test]
    public void The_sensors_of_rig_setup_are_read_by_the_rig_reader()
    {
        var block = Documents.Blocks("rig-setup.md", "yaml").Single(text => text.StartsWith("sensors:", StringComparison.Ordinal));
        var rig = RigFile.Parse(
            $"rig: r\nserver: s\ndevices:\n  host: {{kind: host}}\n{block}\ngpio:\n  wall-trigger: {{chip: /dev/gpiochip0, line: 5}}\n  wall-echo: {{chip: /dev/gpiochip0, line: 6}}\n", "r.yaml");
        Assert.That(rig.Sensors.Values.Select(s => s.Driver), Is.EqualTo(new[] { "i2c", "spi", "one-wire", "gpio" }));
    }

    [Test]
    public void The_supply_of_rig_setup_is_read_by_the_rig_reader()
    {
        var block = Documents.Blocks("rig-setup.md", "yaml").Single(text => text.Contains("supply:", StringComparison.Ordinal));
        var rig = RigFile.Parse($"rig: r\nserver: s\n{block}\n", "r.yaml");
        Assert.That((rig.Devices["f405"].Supply, rig.Sensors["meter"].Settings["shunt_ohm"]), Is.EqualTo(("meter", "0.1")));
        Assert.That(() => RigFile.Parse($"rig: r\nserver: s\n{block}\n".Replace("supply: meter", "supply: metre", StringComparison.Ordinal), "r.yaml"), Throws.InstanceOf<RigFileException>().With.Message.Contains("meter"));
    }

    [Test]
    public void One_device_comes_with_example_wiring_and_settings()
    {
        var text = SensorTable.Describe(BindingCatalog.ByName("SHT3x")!);
        Assert.That(text, Does.Contain("binding: sht3x").And.Contain("address: 0x44    # or 0x45").And.Contain("GPIO2 (pin 3)").And.Contain("resolution: one of").And.Contain("-40 to 125 °C"));
        Assert.That(SensorTable.Describe(BindingCatalog.ByName("hcsr04")!), Does.Contain("pins: {trigger: line-1, echo: line-2}").And.Contain("no model"));
    }

    [Test]
    public void The_list_names_ready_chips_first_and_reasons_on_demand()
    {
        var text = SensorTable.Render(withReasons: true);
        Assert.That(text.IndexOf("ds18b20", StringComparison.Ordinal), Is.LessThan(text.IndexOf("hts221", StringComparison.Ordinal)));
        Assert.That(text, Does.Contain("mhz19b").And.Contain("Not to be named"));
        Assert.That(SensorTable.Render(withReasons: false), Does.Not.Contain("Not to be named"));
    }

    [Test]
    public void Each_device_serialises()
    {
        var json = JsonSerializer.SerializeToElement(BindingCatalog.All.Select(SensorTable.Json));
        var sht = json.EnumerateArray().Single(e => e.GetProperty("name").GetString() == "sht3x");
        Assert.That(sht.GetProperty("ready").GetBoolean(), Is.True);
        Assert.That(sht.GetProperty("quantities")[0].GetProperty("unit").GetString(), Is.EqualTo("°C"));
        Assert.That(json.EnumerateArray().Where(e => !e.GetProperty("fits").GetBoolean()).Select(e => e.GetProperty("reason").GetString()), Has.All.Not.Empty);
    }
}
