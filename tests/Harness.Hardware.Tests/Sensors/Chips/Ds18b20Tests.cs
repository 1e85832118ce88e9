using Harness.Hardware.Sensors.Chips;

namespace Harness.Hardware.Tests.Sensors.Chips;

/// <summary>A DS18B20 by the files of a kernel from Linux 5.8 on, which shows no scratchpad where it could not read one.</summary>
public sealed class Ds18b20Tests
{
    private const string Device = "28-000005e2fdc3";

    [TestCase("1\n", ReadingQuality.ChecksumError)]
    [TestCase("0\n", ReadingQuality.ChecksumError)]
    [TestCase("-19\n", ReadingQuality.Gone)]
    [TestCase("", ReadingQuality.Gone)]
    [TestCase(null, ReadingQuality.Gone)] // a kernel without the file
    public void An_empty_scratchpad_is_a_wrong_checksum_where_the_device_answers_and_else_nobody(string? supply, ReadingQuality expected)
    {
        var bus = Directory.CreateTempSubdirectory("w1 ").FullName;
        try
        {
            var folder = Directory.CreateDirectory(Path.Combine(bus, Device)).FullName;
            File.WriteAllText(Path.Combine(folder, "w1_slave"), "");
            if (supply is not null)
            {
                File.WriteAllText(Path.Combine(folder, "ext_power"), supply);
            }

            using var sensor = BindingSensor.At(
                "pipe", BindingCatalog.ByName("ds18b20")!, new SensorPlace { OneWire = Device, OneWireBus = bus }, new Dictionary<string, string>(), TimeProvider.System);
            Assert.That(sensor.Read().Quality, Is.EqualTo(expected));
        }
        finally
        {
            Directory.Delete(bus, recursive: true);
        }
    }

    [Test]
    public void A_model_that_nobody_reads_leaves_no_folder()
    {
        using var model = new Ds18b20Model();
        Assert.That((model.Faults.Count, model.HasFolder), Is.EqualTo((4, false)));
        var (bus, _) = model.OneWire();
        Assert.That(model.OneWire().Bus, Is.EqualTo(bus));
        Assert.That(File.Exists(Path.Combine(bus, Device, "w1_slave")), Is.True);
        model.Dispose();
        Assert.That(Directory.Exists(bus), Is.False);
    }
}
