namespace Harness.Hardware.Tests.Sensors;

[TestFixture]
public sealed class Bme280Tests
{
    private readonly ManualTime _time = new();

    [Test]
    public void What_the_air_is_is_what_is_read([Values(-40, -17.3, 0, 21.5, 42.42, 85)] double celsius, [Values(0, 12.5, 50, 99.9, 100)] double percent)
    {
        using var chip = new Bme280RegisterModel(time: _time) { Celsius = celsius, PercentHumidity = percent };
        using var sensor = NewSensor(chip, Bme280Oversampling.X16);
        for (var hectopascal = 300.0; hectopascal <= 1100; hectopascal += 50)
        {
            // Margins for the border values: the chip rounds to its own steps, which may fall just outside.
            chip.Hectopascal = Math.Clamp(hectopascal, 300.2, 1099.8);
            chip.Celsius = Math.Clamp(celsius, -39.98, 84.98);
            var reading = sensor.Read();
            Assert.That(reading.Celsius, Is.EqualTo(chip.Celsius).Within(0.011));
            Assert.That(reading.PercentHumidity, Is.EqualTo(percent).Within(0.02));
            Assert.That(reading.Hectopascal, Is.EqualTo(chip.Hectopascal).Within(0.02));
        }
    }

    [Test]
    public void Every_part_is_read_through_its_own_trimming()
    {
        var parts = new[]
        {
            new Bme280Calibration
            {
                T1 = 28455, T2 = 26619, T3 = 50,
                P1 = 37356, P2 = -10646, P3 = 3024, P4 = 6821, P5 = -108, P6 = -7, P7 = 9900, P8 = -10230, P9 = 4285,
                H1 = 75, H2 = 366, H3 = 0, H4 = 306, H5 = 50, H6 = 30,
            },
            new Bme280Calibration
            {
                T1 = 28268, T2 = 26231, T3 = 50,
                P1 = 37544, P2 = -10969, P3 = 3024, P4 = 6255, P5 = -54, P6 = -7, P7 = 9900, P8 = -10230, P9 = 4285,
                H1 = 75, H2 = 357, H3 = 0, H4 = 331, H5 = -11, H6 = 30,
            },
        };
        foreach (var part in parts)
        {
            using var chip = new Bme280RegisterModel(0x77, part, _time) { Celsius = 18.25, PercentHumidity = 61.5, Hectopascal = 987.6 };
            using var sensor = NewSensor(chip, Bme280Oversampling.X1);
            Assert.That(sensor.Calibration, Is.EqualTo(part));
            var reading = sensor.Read();
            Assert.That(reading.Celsius, Is.EqualTo(18.25).Within(0.011));
            Assert.That(reading.PercentHumidity, Is.EqualTo(61.5).Within(0.03));
            Assert.That(reading.Hectopascal, Is.EqualTo(987.6).Within(0.06));
        }
    }

    [Test]
    public void Each_reading_is_of_the_air_now()
    {
        using var chip = new Bme280RegisterModel(time: _time);
        using var sensor = NewSensor(chip);
        for (var celsius = 10; celsius < 30; celsius++)
        {
            chip.Celsius = celsius;
            Assert.That(sensor.Read().Celsius, Is.EqualTo(celsius).Within(0.02));
        }
    }

    [Test]
    public void A_chip_left_in_normal_mode_with_a_filter_is_read_right()
    {
        using var chip = new Bme280RegisterModel(time: _time);
        chip.Write([0xF5, 0x1C, 0xF4, 0xFF]);
        _time.AdvanceMs(500);
        using var sensor = NewSensor(chip);
        chip.Celsius = 35;
        Assert.That(sensor.Read().Celsius, Is.EqualTo(35).Within(0.02));
    }

    [TestCase(0x58, "BMP280")]
    [TestCase(0x61, "BME680")]
    [TestCase(0x42, "unknown")]
    [TestCase(0xFF, "empty or stuck")]
    public void Another_chip_is_refused_by_its_id(int id, string name)
    {
        var chip = new Bme280RegisterModel(time: _time) { ChipId = (byte)id };
        var failure = Assert.Throws<HardwareException>(() => NewSensor(chip))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.WrongChip));
        Assert.That(failure.Message, Does.Contain($"0x{id:x2}").And.Contain(name).And.Contain("expected 0x60"));
        Assert.That(() => chip.Read(new byte[1]), Throws.InstanceOf<ObjectDisposedException>(), "it was closed");
    }

    [Test]
    public void A_chip_that_never_finishes_is_given_up()
    {
        using var chip = new Bme280RegisterModel(time: _time);
        using var sensor = NewSensor(chip);
        chip.Stuck = true;
        var failure = Assert.Throws<HardwareException>(() => sensor.Read())!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.TimedOut));
        Assert.That(failure.Message, Does.Contain("measuring"));
        Assert.That(sensor.TryRead(out _), Is.False);
        chip.Stuck = false;
        Assert.That(sensor.TryRead(out var reading), Is.True);
        Assert.That(reading.Celsius, Is.EqualTo(21.5).Within(0.02));
    }

    [Test]
    public void A_chip_that_leaves_the_bus_gives_no_reading_and_comes_back()
    {
        using var chip = new Bme280RegisterModel(time: _time);
        using var sensor = NewSensor(chip);
        chip.Present = false;
        Assert.That(() => sensor.Read(), Throws.InstanceOf<HardwareException>());
        Assert.That(sensor.TryRead(out _), Is.False);
        chip.Present = true;
        Assert.That(sensor.TryRead(out _), Is.True);
    }

    [Test]
    public void A_blank_calibration_is_refused()
    {
        var chip = new Bme280RegisterModel(calibration: new Bme280Calibration(), time: _time);
        var failure = Assert.Throws<HardwareException>(() => NewSensor(chip))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Implausible));
    }

    [Test]
    public void Data_of_a_chip_that_lost_its_supply_is_refused()
    {
        using var chip = new PlantedData(new Bme280RegisterModel(time: _time), "8000008000008000");
        using var sensor = NewSensor(chip);
        var failure = Assert.Throws<HardwareException>(() => sensor.Read())!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Implausible));
    }

    [TestCase("65ac00000000668f", Description = "temperature far below")]
    [TestCase("65ac00fffff0668f", Description = "temperature far above")]
    [TestCase("fffff07eed00668f", Description = "pressure far below")]
    [TestCase("0000007eed00668f", Description = "pressure far above")]
    public void Values_outside_the_range_are_no_reading(string data)
    {
        using var chip = new PlantedData(new Bme280RegisterModel(time: _time), data);
        using var sensor = NewSensor(chip);
        var failure = Assert.Throws<HardwareException>(() => sensor.Read())!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.Implausible));
        Assert.That(failure.Message, Does.Contain(data));
        Assert.That(sensor.TryRead(out var reading), Is.False);
        Assert.That(reading, Is.EqualTo(default(Bme280Reading)));
    }

    [Test]
    public void A_temperature_that_equals_the_reset_value_is_a_reading()
    {
        using var chip = new PlantedData(new Bme280RegisterModel(time: _time), "655ac0800000668f");
        using var sensor = NewSensor(chip);
        Assert.That(sensor.Read().Celsius, Is.EqualTo(26.46).Within(0.1));
    }

    [Test]
    public void A_cancelled_reading_ends()
    {
        using var chip = new Bme280RegisterModel(time: _time);
        using var sensor = NewSensor(chip);
        Assert.That(() => sensor.Read(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => sensor.TryRead(out _, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void By_the_system_clock_it_reads_too()
    {
        using var sensor = new Bme280(new Bme280RegisterModel { Celsius = 12 });
        Assert.That(sensor.Read().Celsius, Is.EqualTo(12).Within(0.02));
    }

    private Bme280 NewSensor(II2cDevice chip, Bme280Oversampling oversampling = Bme280Oversampling.X1) =>
        new(chip, oversampling, _time, _time.Pause);

    /// <summary>A chip whose data registers hold what the test says.</summary>
    private sealed class PlantedData(II2cDevice chip, string data) : II2cDevice
    {
        public int Address => chip.Address;

        public void Write(ReadOnlySpan<byte> bytes) => chip.Write(bytes);

        public void Read(Span<byte> buffer) => chip.Read(buffer);

        public void WriteRead(ReadOnlySpan<byte> bytes, Span<byte> buffer)
        {
            chip.WriteRead(bytes, buffer);
            if (bytes[0] == 0xF7)
            {
                Convert.FromHexString(data).CopyTo(buffer);
            }
        }

        public void Dispose() => chip.Dispose();
    }
}
