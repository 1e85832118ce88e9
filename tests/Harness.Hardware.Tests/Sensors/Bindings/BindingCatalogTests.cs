namespace Harness.Hardware.Tests.Sensors.Bindings;

[TestFixture]
public sealed class BindingCatalogTests
{
    [Test]
    public void Names_are_unique_and_need_no_quotes_in_a_rig_file()
    {
        Assert.That(BindingCatalog.All.Select(b => b.Name), Is.Unique);
        Assert.That(BindingCatalog.All.Where(b => !b.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')), Is.Empty);
    }

    [Test]
    public void Many_devices_fit_and_every_other_has_a_reason()
    {
        Assert.That(BindingCatalog.Fitting.Count(), Is.GreaterThan(40));
        Assert.That(BindingCatalog.Fitting.Where(b => b.Line == SensorLine.None || b.Quantities.Count == 0), Is.Empty);
        Assert.That(BindingCatalog.All.Where(b => !b.Fits && b.Reason!.Length < 10), Is.Empty);
    }

    [TestCase("hts221", SensorLine.I2c, "temperature", "°C")]
    [TestCase("max31865", SensorLine.Spi, "temperature", "°C")]
    [TestCase("dht22", SensorLine.Gpio, "humidity", "%")]
    [TestCase("hcsr04", SensorLine.Gpio, "distance", "mm")]
    [TestCase("lps25h", SensorLine.I2c, "pressure", "hPa")]
    [TestCase("adxl345", SensorLine.Spi, "acceleration-x", "")]
    [TestCase("scd4x", SensorLine.I2c, "co2", "ppm")]
    [TestCase("hcsr501", SensorLine.Gpio, "is-motion-detected", "")]
    [TestCase("max44009", SensorLine.I2c, "illuminance", "")]
    public void A_device_is_found_by_its_line_quantity_and_unit(string name, SensorLine line, string quantity, string unit)
    {
        var binding = BindingCatalog.ByName(name)!;
        Assert.That(binding.Fits, Is.True, binding.Reason);
        Assert.That(binding.Line, Is.EqualTo(line));
        Assert.That(binding.Quantities, Does.Contain(new BindingQuantity(quantity, unit)));
    }

    [Test]
    public void Symbols_of_units_are_the_packages_own() => Assert.Multiple(() =>
    {
        foreach (var (unit, symbol) in BindingUnits.Preferred)
        {
            Assert.That(symbol, Is.EqualTo(unit is UnitsNet.Units.RelativeHumidityUnit ? "%" : BindingUnits.PackageSymbol(unit)), unit.ToString());
            Assert.That(UnitsNet.Quantity.From(1, unit).GetType().Name + "Unit", Is.EqualTo(unit.GetType().Name));
        }
    });

    [Test]
    public void The_arguments_of_an_event_are_no_device() =>
        Assert.That(BindingCatalog.All.Where(b => typeof(EventArgs).IsAssignableFrom(b.Type)).Select(b => b.Name), Is.Empty);

    [TestCase("mhz19b", "needs a")]
    [TestCase("ssd1306", "gives no quantity")]
    public void A_device_that_does_not_fit_says_the_reason(string name, string reason) =>
        Assert.That(BindingCatalog.ByName(name)!.Reason, Does.StartWith(reason));

    [Test]
    public void Pins_and_needed_settings_have_the_words_of_the_package()
    {
        Assert.That(BindingCatalog.ByName("hcsr04")!.Pins, Is.EqualTo(new[] { "trigger", "echo" }));
        Assert.That(BindingCatalog.ByName("adxl345")!.Settings.Select(s => (s.Name, s.Default)), Is.EqualTo(new[] { ("gravity_range", (string?)null) }));
    }
}
