using Harness.Hardware.Sensors.Chips;

namespace Harness.Hardware.Tests.Sensors.Chips;

/// <summary>Every ready chip: the package's own driver over the chip's model.</summary>
[TestFixture]
public sealed class ReadyChipTests
{
    private static readonly Dictionary<string, string> _s_noSettings = [];

    private static readonly IReadOnlyList<SensorChip> Chips = SensorChip.All;

    /// <summary>Half of the least step that chip and driver give, beside rounding.</summary>
    private static readonly Dictionary<string, double> _s_resolution = new()
    {
        ["bme280 temperature"] = 0.02, ["bme280 humidity"] = 0.05, ["bme280 pressure"] = 0.2, ["bmp280 temperature"] = 0.02, ["bmp280 pressure"] = 0.2,
        ["sht3x temperature"] = 0.06, ["sht3x humidity"] = 0.06, ["mcp9808 temperature"] = 0.04, ["lm75 temperature"] = 0.12, ["si7021 temperature"] = 0.06,
        ["si7021 humidity"] = 0.51, ["bh1750 illuminance"] = 0.6, ["ads1115 voltage"] = 0.0001, ["ina219 current"] = 0.15, ["ina219 bus-voltage"] = 0.0021,
        ["ina260 current"] = 0.63, ["ina260 bus-voltage"] = 0.0007,
        ["ds18b20 temperature"] = 0.032, ["mcp3008 voltage"] = 0.0017,
    };

    /// <summary>Each fault of each model with the quality it must come to.</summary>
    private static IEnumerable<TestCaseData> Faults() =>
        from chip in Chips
        from fault in chip.CreateModel(TimeProvider.System).Faults
        select new TestCaseData(chip, fault, Expected(chip, fault)).SetArgDisplayNames(chip.Name, fault.ToString());

    private static ReadingQuality Expected(SensorChip chip, ChipFault fault) => fault switch
    {
        ChipFault.Gone => ReadingQuality.Gone,
        ChipFault.ClockHeld or ChipFault.DataLow or ChipFault.DataHigh => ReadingQuality.StuckBus,
        ChipFault.OtherChip => ReadingQuality.WrongChip,
        ChipFault.BadChecksum => ReadingQuality.ChecksumError,
        ChipFault.NotReady when chip.Name == "ds18b20" => ReadingQuality.Implausible,
        _ => ReadingQuality.NotANumber,
    };

    [Test]
    public void The_twelve_chips_are_ready() => Assert.That(
        Chips.Select(c => c.Name), Is.EqualTo(new[] { "ads1115", "bh1750", "bme280", "bmp280", "ds18b20", "ina219", "ina260", "lm75", "mcp3008", "mcp9808", "sht3x", "si7021" }));

    [TestCaseSource(nameof(Chips))]
    public void The_reading_is_what_the_model_senses(SensorChip chip)
    {
        using var bench = new ModelBench(chip);
        foreach (var sensed in bench.Model.Senses)
        {
            var (least, most) = (Math.Max(sensed.Least, chip.Name == "ads1115" ? -4 : sensed.Least), Math.Min(sensed.Most, chip.Name == "ads1115" ? 4 : sensed.Most));
            foreach (var part in (double[])[0.01, 0.25, 0.5, 0.732, 0.99])
            {
                var value = Math.Round(least + (part * (most - least)), 3);
                bench.Model.Set(sensed.Quantity, value);
                var reading = bench.Sensor.Read();
                Assert.That(reading.Quality, Is.EqualTo(ReadingQuality.Good), $"{sensed.Quantity} {value}: {reading}");
                var read = reading.Values.Single(v => v.Quantity == sensed.Quantity);
                Assert.That(read.Value, Is.EqualTo(value).Within(_s_resolution[$"{chip.Name} {sensed.Quantity}"] + (Math.Abs(value) * 1e-4)), sensed.Quantity);
                Assert.That(read.Unit, Is.EqualTo(sensed.Unit));
            }
        }
    }

    [TestCaseSource(nameof(Chips))]
    public void Every_quantity_has_its_unit_and_the_time_is_the_clock_s(SensorChip chip)
    {
        using var bench = new ModelBench(chip);
        var reading = bench.Sensor.Read();
        Assert.That(reading.Values.Select(v => (v.Quantity, v.Unit)), Is.EquivalentTo(chip.Ranges.Select(r => (r.Quantity, r.Unit))));
        Assert.That(reading.Time, Is.EqualTo(TimeProvider.System.GetUtcNow()).Within(TimeSpan.FromSeconds(5)));
    }

    [TestCaseSource(nameof(Faults))]
    public void Each_fault_is_told_apart_and_the_chip_that_comes_back_too(SensorChip chip, ChipFault fault, ReadingQuality expected)
    {
        using var bench = new ModelBench(chip);
        Assert.That(bench.Sensor.Read().Quality, Is.EqualTo(ReadingQuality.Good));
        bench.Model.Fault = fault;
        for (var i = 0; i < 2; i++)
        {
            var broken = bench.Sensor.Read();
            Assert.That(broken.Quality, Is.EqualTo(expected), broken.ToString());
            Assert.That(broken.Values, Is.Empty);
            Assert.That(broken.Detail, Is.Not.Empty);
            Assert.That(broken.NextCommand, Is.Not.Empty);
        }

        bench.Model.Fault = ChipFault.None;
        Assert.That(bench.Sensor.Read().Quality, Is.EqualTo(ReadingQuality.Returned));
        Assert.That(bench.Sensor.Read().Quality, Is.EqualTo(ReadingQuality.Good));
    }

    [TestCaseSource(nameof(Faults))]
    public void A_fault_at_the_first_reading_has_the_same_name(SensorChip chip, ChipFault fault, ReadingQuality expected)
    {
        using var bench = new ModelBench(chip);
        bench.Model.Fault = fault;
        Assert.That(bench.Sensor.Read().Quality, Is.EqualTo(expected));
    }

    [Test]
    public void A_value_beyond_the_data_sheet_is_implausible()
    {
        using var bench = new ModelBench(SensorChip.All.Single(c => c.Name == "ina219"), new() { ["shunt_ohm"] = "0.001", ["most_ampere"] = "300" });
        bench.Model.Set("current", 3200);
        var reading = bench.Sensor.Read();
        Assert.That(reading.Quality, Is.EqualTo(ReadingQuality.Implausible), reading.ToString());
    }

    [Test]
    public void A_1_wire_device_of_another_family_is_another_chip()
    {
        using var sensor = BindingSensor.At(
            "pipe", BindingCatalog.ByName("ds18b20")!, new SensorPlace { OneWire = "10-000802824e58" }, _s_noSettings, TimeProvider.System);
        var reading = sensor.Read();
        Assert.That((reading.Quality, reading.Detail), Is.EqualTo((ReadingQuality.WrongChip, reading.Detail)));
        Assert.That(reading.Detail, Does.Contain("family 10"));
    }

    [Test]
    public void A_1_wire_device_that_the_kernel_does_not_show_is_gone()
    {
        using var sensor = BindingSensor.At(
            "pipe", BindingCatalog.ByName("ds18b20")!, new SensorPlace { OneWire = "28-0123456789ab" }, _s_noSettings, TimeProvider.System);
        var reading = sensor.Read();
        Assert.That((reading.Quality, reading.NextCommand), Is.EqualTo((ReadingQuality.Gone, "ls /sys/bus/w1/devices")));
    }

    [Test]
    public void A_bus_that_is_not_there_is_no_reading_but_gone_with_the_command_that_makes_it()
    {
        using var sensor = BindingSensor.At(
            "air", BindingCatalog.ByName("sht3x")!, new SensorPlace { Bus = "/dev/i2c-77", Address = 0x44 }, _s_noSettings, TimeProvider.System);
        var reading = sensor.Read();
        Assert.That((reading.Quality, reading.NextCommand), Is.EqualTo((ReadingQuality.Gone, "sudo raspi-config nonint do_i2c 0")));
    }

    [Test]
    public void A_model_refuses_what_its_chip_does_not_measure()
    {
        var model = SensorChip.All.Single(c => c.Name == "sht3x").CreateModel(TimeProvider.System);
        Assert.That(() => model.Set("pressure", 1000), Throws.ArgumentException);
        Assert.That(() => model.Set("temperature", 200), Throws.ArgumentException);
        Assert.That(() => model.Fault = ChipFault.DataHigh, Throws.ArgumentException);
    }

    private sealed class ModelBench : IDisposable
    {
        public ModelBench(SensorChip chip, Dictionary<string, string>? settings = null)
        {
            Model = chip.CreateModel(TimeProvider.System);
            Sensor = BindingSensor.On(chip.Name, BindingCatalog.ByName(chip.Name)!, Model, settings ?? _s_noSettings, TimeProvider.System);
        }

        public ISensorModel Model { get; }

        public BindingSensor Sensor { get; }

        public void Dispose()
        {
            Sensor.Dispose();
            (Model as IDisposable)?.Dispose();
        }
    }
}
