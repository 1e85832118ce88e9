namespace Harness.Hardware.Tests.Sensors;

[TestFixture]
public sealed class Bme280RegisterModelTests
{
    private FakeTimeProvider _time = null!;
    private Bme280RegisterModel _chip = null!;

    [SetUp]
    public void PowerUp()
    {
        _time = new FakeTimeProvider();
        _chip = new Bme280RegisterModel(time: _time);
        _time.AdvanceMs(2);
    }

    [TearDown]
    public void PowerDown() => _chip.Dispose();

    [Test]
    public void It_copies_its_trimming_for_two_milliseconds_after_a_reset()
    {
        _chip.Write([0xE0, 0xB6]);
        Assert.That(Register(0xF3), Is.EqualTo(0x01));
        _time.AdvanceMs(1.9);
        Assert.That(Register(0xF3), Is.EqualTo(0x01));
        _time.AdvanceMs(0.1);
        Assert.That(Register(0xF3), Is.Zero);
    }

    [Test]
    public void A_forced_measurement_takes_the_time_of_section_9_1()
    {
        _chip.Write([0xF2, 0x01, 0xF4, 0x25]); // all three once: 1 + 2 + 2.5 + 2.5 ms
        Assert.That((Register(0xF3), Register(0xF4)), Is.EqualTo((0x08, 0x25)));
        _time.AdvanceMs(7.9);
        Assert.That(Data()[..3], Is.EqualTo(new byte[] { 0x80, 0, 0 }), "no data before it is done");
        Assert.That(Register(0xF3), Is.EqualTo(0x08));
        _time.AdvanceMs(0.1);
        Assert.That((Register(0xF3), Register(0xF4)), Is.EqualTo((0x00, 0x24)));
        Assert.That(Data()[..3], Is.Not.EqualTo(new byte[] { 0x80, 0, 0 }));
    }

    [Test]
    public void Humidity_oversampling_counts_only_after_ctrl_meas_is_written()
    {
        _chip.Write([0xF4, 0x24]);
        _chip.Write([0xF4, 0x25]);
        _chip.Write([0xF2, 0x01]); // too late for the running measurement
        _time.AdvanceMs(20);
        Assert.That(Data()[6..], Is.EqualTo(new byte[] { 0x80, 0x00 }));
        Assert.That(Register(0xF2), Is.EqualTo(0x01), "but it reads back");
        _chip.Write([0xF4, 0x25]);
        _time.AdvanceMs(20);
        Assert.That(Data()[6..], Is.Not.EqualTo(new byte[] { 0x80, 0x00 }));
    }

    [Test]
    public void Sleep_measures_nothing()
    {
        _chip.Write([0xF2, 0x01, 0xF4, 0x24]);
        _time.AdvanceMs(1000);
        Assert.That(Data(), Is.EqualTo(new byte[] { 0x80, 0, 0, 0x80, 0, 0, 0x80, 0 }));
    }

    [Test]
    public void Normal_mode_measures_again_and_again_and_ignores_config()
    {
        _chip.Write([0xF5, 0x00, 0xF2, 0x01, 0xF4, 0x27]); // 0.5 ms standby
        _time.AdvanceMs(8.2);
        var first = Data();
        Assert.That(Register(0xF3), Is.Zero, "standby");
        _chip.Celsius = 30;
        Assert.That(Data(), Is.EqualTo(first), "old until the next measurement ends");
        _time.AdvanceMs(1);
        Assert.That(Register(0xF3), Is.EqualTo(0x08), "measuring");
        _time.AdvanceMs(8);
        Assert.That(Data(), Is.Not.EqualTo(first));
        Assert.That(Register(0xF4), Is.EqualTo(0x27), "still normal");
        _chip.Write([0xF5, 0xA0]);
        Assert.That(Register(0xF5), Is.Zero);
    }

    [Test]
    public void A_long_silence_in_normal_mode_ends_with_fresh_data()
    {
        _chip.Write([0xF5, 0x10, 0xF2, 0x01, 0xF4, 0x27]);
        _time.AdvanceMs(20);
        _chip.Celsius = 10;
        _time.Advance(TimeSpan.FromHours(10));
        var late = Data();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.That(Data(), Is.EqualTo(late), "settled");
    }

    [TestCase(1, 4)]
    [TestCase(2, 3)]
    [TestCase(3, 2)]
    [TestCase(4, 1)]
    [TestCase(5, 0)]
    public void Resolution_rises_with_oversampling(int code, int emptyBits)
    {
        var used = 0;
        for (var i = 0; i < 64; i++)
        {
            _chip.Celsius = 20 + (i * 0.0137);
            _chip.Write([0xF4, (byte)((code << 5) | (code << 2) | 1)]);
            _time.AdvanceMs(200);
            used |= Data()[5] >> 4;
        }

        Assert.That(used, Is.EqualTo(0xF & ~((1 << emptyBits) - 1)));
    }

    [Test]
    public void The_filter_follows_a_step_slowly_and_starts_with_the_first_value()
    {
        _chip.Write([0xF5, 0x08]); // coefficient 4
        var raw = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            if (i == 1)
            {
                _chip.Celsius = 31.5;
            }

            _chip.Write([0xF4, 0x21]);
            _time.AdvanceMs(20);
            var data = Data();
            raw.Add((data[3] << 12) | (data[4] << 4) | (data[5] >> 4));
        }

        var step = Bme280Inverse.RawTemperature(Bme280RegisterModel.TypicalCalibration, 31.5)
            - Bme280Inverse.RawTemperature(Bme280RegisterModel.TypicalCalibration, 21.5);
        Assert.That(raw[1] - raw[0], Is.EqualTo(step / 4).Within(1));
        Assert.That(raw[2] - raw[0], Is.EqualTo(step * 7 / 16).Within(1));
    }

    [Test]
    public void Its_trimming_lies_as_in_the_dump_of_a_real_part()
    {
        var block = Convert.FromHexString("6C6E77663200A89227D5D00B6F18CAFFF9FFAC260AD8BD104B650100140B001E");
        var part = new Bme280Calibration
        {
            T1 = 28268, T2 = 26231, T3 = 50,
            P1 = 37544, P2 = -10969, P3 = 3024, P4 = 6255, P5 = -54, P6 = -7, P7 = 9900, P8 = -10230, P9 = 4285,
            H1 = 75, H2 = 357, H3 = 0, H4 = 331, H5 = 0, H6 = 30,
        };
        using var chip = new Bme280RegisterModel(calibration: part, time: _time);
        var low = new byte[26];
        var high = new byte[7];
        chip.WriteRead([0x88], low);
        chip.WriteRead([0xE1], high);
        Assert.That(low[..24], Is.EqualTo(block[..24]));
        Assert.That(low[25], Is.EqualTo(block[24]));
        Assert.That(high, Is.EqualTo(block[25..]));
    }

    [Test]
    public void Off_the_bus_it_acknowledges_nothing()
    {
        _chip.Present = false;
        var failure = Assert.Throws<HardwareException>(() => Register(0xD0))!;
        Assert.That(failure.Failure, Is.EqualTo(HardwareFailure.NoAcknowledge));
    }

    [TestCase(-41)]
    [TestCase(86)]
    [TestCase(double.NaN)]
    public void Air_outside_its_range_cannot_be_set(double celsius) =>
        Assert.That(() => _chip.Celsius = celsius, Throws.InstanceOf<ArgumentOutOfRangeException>());

    [Test]
    public void It_has_one_of_two_addresses() =>
        Assert.That(() => new Bme280RegisterModel(0x40), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private byte Register(byte address)
    {
        var value = new byte[1];
        _chip.WriteRead([address], value);
        return value[0];
    }

    private byte[] Data()
    {
        var data = new byte[8];
        _chip.WriteRead([0xF7], data);
        return data;
    }
}
