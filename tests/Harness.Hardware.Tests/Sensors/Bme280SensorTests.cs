namespace Harness.Hardware.Tests.Sensors;

[TestFixture]
public sealed class Bme280SensorTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void The_reading_is_the_air_of_the_model([Values(-40, -17.3, 0, 21.5, 42.42, 85)] double celsius, [Values(0, 12.5, 50, 99.9, 100)] double percent)
    {
        using var chip = new Bme280RegisterModel(time: _time) { Celsius = celsius, PercentHumidity = percent };
        using var sensor = NewSensor(chip);
        for (var hectopascal = 300.0; hectopascal <= 1100; hectopascal += 50)
        {
            // Margins for the border values: the chip rounds to its own steps, which may fall just outside.
            chip.Hectopascal = Math.Clamp(hectopascal, 300.2, 1099.8);
            chip.Celsius = Math.Clamp(celsius, -39.98, 84.98);
            var reading = sensor.Read();
            Assert.That(reading.Temperature.DegreesCelsius, Is.EqualTo(chip.Celsius).Within(0.011));
            Assert.That(reading.Humidity.Percent, Is.EqualTo(percent).Within(0.02));
            Assert.That(reading.Pressure.Hectopascals, Is.EqualTo(chip.Hectopascal).Within(0.02));
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
            using var sensor = NewSensor(chip);
            var reading = sensor.Read();
            Assert.That(reading.Temperature.DegreesCelsius, Is.EqualTo(18.25).Within(0.011));
            Assert.That(reading.Humidity.Percent, Is.EqualTo(61.5).Within(0.03));
            Assert.That(reading.Pressure.Hectopascals, Is.EqualTo(987.6).Within(0.06));
        }
    }

    /// <summary>Published or independently computed examples: trimming and raw data in, physical values out.</summary>
    private static readonly TestCaseData[] KnownAnswers =
    [
        new TestCaseData(Bme280RegisterModel.TypicalCalibration, "655ac07eed00668f", 25.08, null, 1006.5327)
        {
            TestName = "The_worked_example_of_the_data_sheet_comes_out (BST-BMP280-DS001 3.12; the BME280 has the same two formulas)",
        },
        new TestCaseData(
            new Bme280Calibration
            {
                T1 = 28455, T2 = 26619, T3 = 50,
                P1 = 37356, P2 = -10646, P3 = 3024, P4 = 6821, P5 = -108, P6 = -7, P7 = 9900, P8 = -10230, P9 = 4285,
                H1 = 75, H2 = 366, H3 = 0, H4 = 306, H5 = 50, H6 = 30,
            },
            "53c0007eed008000", 20.50, 75044 / 1024.0, 25332935 / 25600.0) { TestName = "A_second_part_comes_out (a public self-test of another driver)" },
        new TestCaseData(
            new Bme280Calibration
            {
                T1 = 28268, T2 = 26231, T3 = 50,
                P1 = 37544, P2 = -10969, P3 = 3024, P4 = 6255, P5 = -54, P6 = -7, P7 = 9900, P8 = -10230, P9 = 4285,
                H1 = 75, H2 = 357, H3 = 0, H4 = 331, H5 = 0, H6 = 30,
            },
            "553380817fb07913", 24.44, 54.17, 996.213)
        {
            TestName = "A_register_dump_of_a_real_part_comes_out (Bosch Sensortec community, 2019; its pressure by appendix 8.1)",
        },
    ];

    [TestCaseSource(nameof(KnownAnswers))]
    public void A_known_answer_comes_out(Bme280Calibration part, string data, double celsius, double? percent, double hectopascal)
    {
        using var chip = new PlantedData(new Bme280RegisterModel(calibration: part, time: _time), data);
        using var sensor = NewSensor(chip);
        var reading = sensor.Read();
        Assert.That(reading.Temperature.DegreesCelsius, Is.EqualTo(celsius).Within(0.01));
        Assert.That(reading.Pressure.Hectopascals, Is.EqualTo(hectopascal).Within(0.005));
        if (percent is { } humidity)
        {
            Assert.That(reading.Humidity.Percent, Is.EqualTo(humidity).Within(0.01));
        }
    }

    [TestCase(331, -11)]
    [TestCase(-40, 50)]
    [TestCase(-200, -300)]
    [TestCase(700, 200)]
    public void Twelve_bit_trimming_keeps_its_sign(short h4, short h5)
    {
        var part = Bme280RegisterModel.TypicalCalibration with { H2 = 200, H4 = h4, H5 = h5 };
        using var chip = new Bme280RegisterModel(calibration: part, time: _time) { Celsius = 18.25 };
        using var sensor = NewSensor(chip);

        // The middle of the range that 16 bits of raw humidity can express for this chip.
        var percent = Enumerable.Range(1, 99).Where(p => Bme280Inverse.RawHumidity(part, p, 18.25) is > 0 and < 0xFFFF).ToArray();
        Assert.That(percent, Is.Not.Empty);
        chip.PercentHumidity = percent[percent.Length / 2];
        Assert.That(sensor.Read().Humidity.Percent, Is.EqualTo(chip.PercentHumidity).Within(0.03));
    }

    [Test]
    public void The_package_s_own_driver_reads_the_model()
    {
        using var driver = new Iot.Device.Bmxx80.Bme280(new Bme280RegisterModel { Celsius = 30.25, PercentHumidity = 61.5, Hectopascal = 987.6 });
        var reading = driver.Read();
        Assert.That(reading.Temperature!.Value.DegreesCelsius, Is.EqualTo(30.25).Within(0.05));
        Assert.That(reading.Humidity!.Value.Percent, Is.EqualTo(61.5).Within(0.2));
        Assert.That(reading.Pressure!.Value.Hectopascals, Is.EqualTo(987.6).Within(0.2));
    }

    [Test]
    public void A_chip_that_lost_its_supply_between_two_readings_is_read_again()
    {
        using var chip = new Bme280RegisterModel(time: _time) { Celsius = 12 };
        using var sensor = NewSensor(chip);
        chip.Write([0xE0, 0xB6]);
        _time.AdvanceMs(3);
        Assert.That(sensor.Read().Temperature.DegreesCelsius, Is.EqualTo(12).Within(0.02));
    }

    [Test]
    public void Each_reading_is_of_the_air_now()
    {
        using var chip = new Bme280RegisterModel(time: _time);
        using var sensor = NewSensor(chip);
        for (var celsius = 10; celsius < 30; celsius++)
        {
            chip.Celsius = celsius;
            Assert.That(sensor.Read().Temperature.DegreesCelsius, Is.EqualTo(celsius).Within(0.02));
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
        Assert.That(sensor.Read().Temperature.DegreesCelsius, Is.EqualTo(35).Within(0.02));
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
        Assert.That(((IClimateSensor)sensor).TryRead(out _), Is.False);
        chip.Stuck = false;
        Assert.That(((IClimateSensor)sensor).TryRead(out var reading), Is.True);
        Assert.That(reading.Temperature.DegreesCelsius, Is.EqualTo(21.5).Within(0.02));
    }

    [Test]
    public void A_chip_that_leaves_the_bus_gives_no_reading_and_comes_back()
    {
        using var chip = new Bme280RegisterModel(time: _time);
        using var sensor = NewSensor(chip);
        chip.Present = false;
        Assert.That(() => sensor.Read(), Throws.InstanceOf<HardwareException>());
        Assert.That(((IClimateSensor)sensor).TryRead(out _), Is.False);
        chip.Present = true;
        Assert.That(((IClimateSensor)sensor).TryRead(out _), Is.True);
    }

    [TestCase(0, 0)]
    [TestCase(ushort.MaxValue, -1)]
    public void A_blank_calibration_is_refused(int unsigned, int signed)
    {
        var (t, p) = ((ushort)unsigned, (short)signed);
        var blank = new Bme280Calibration { T1 = t, T2 = p, T3 = p, P1 = t, P2 = p, P3 = p, P4 = p, P5 = p, P6 = p, P7 = p, P8 = p, P9 = p };
        var chip = new Bme280RegisterModel(calibration: blank, time: _time);
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
        Assert.That(((IClimateSensor)sensor).TryRead(out var reading), Is.False);
        Assert.That(reading, Is.EqualTo(default(ClimateReading)));
    }

    [Test]
    public void A_temperature_that_equals_the_reset_value_is_a_reading()
    {
        using var chip = new PlantedData(new Bme280RegisterModel(time: _time), "655ac0800000668f");
        using var sensor = NewSensor(chip);
        Assert.That(sensor.Read().Temperature.DegreesCelsius, Is.EqualTo(26.46).Within(0.1));
    }

    [Test]
    public void A_cancelled_reading_ends()
    {
        using var chip = new Bme280RegisterModel(time: _time);
        using var sensor = NewSensor(chip);
        Assert.That(() => sensor.Read(new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => ((IClimateSensor)sensor).TryRead(out _, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void By_the_system_clock_it_reads_too()
    {
        using var sensor = new Bme280Sensor(new Bme280RegisterModel { Celsius = 12 });
        Assert.That(sensor.Read().Temperature.DegreesCelsius, Is.EqualTo(12).Within(0.02));
    }

    private Bme280Sensor NewSensor(I2cDevice chip) => new(chip, _time, _time.Pause);

    /// <summary>A chip with given contents of its data registers.</summary>
    private sealed class PlantedData(Bme280RegisterModel chip, string data) : I2cDevice
    {
        private int _pointer;

        public override I2cConnectionSettings ConnectionSettings => chip.ConnectionSettings;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            chip.Write(buffer);
            _pointer = buffer[0];
        }

        public override void Read(Span<byte> buffer)
        {
            chip.Read(buffer);
            if (_pointer >= 0xF7)
            {
                Convert.FromHexString(data).AsSpan(_pointer - 0xF7, buffer.Length).CopyTo(buffer);
            }
        }

        public override void WriteRead(ReadOnlySpan<byte> writeBuffer, Span<byte> readBuffer)
        {
            Write(writeBuffer);
            Read(readBuffer);
        }

        protected override void Dispose(bool disposing) => chip.Dispose();
    }
}
