namespace Harness.Hardware.Tests.Sensors;

/// <summary>Published or independently computed examples: raw values and trimming in, physical values out.</summary>
[TestFixture]
public sealed class Bme280CompensationTests
{
    /// <summary>The worked example of BST-BMP280-DS001 section 3.12; the BME280 has the same two formulas.</summary>
    [Test]
    public void The_worked_example_of_the_data_sheet_comes_out()
    {
        var calibration = Bme280RegisterModel.TypicalCalibration;
        var fine = Bme280Compensation.FineTemperature(calibration, 519888);
        Assert.That(fine, Is.EqualTo(128422));
        Assert.That(Bme280Compensation.CentiCelsius(fine), Is.EqualTo(2508));
        Assert.That(Bme280Compensation.Pascal256(calibration, 415148, fine) / 256.0, Is.EqualTo(100653.27).Within(0.05));
    }

    /// <summary>A public self-test of another driver, its values computed by its author's own tool.</summary>
    [Test]
    public void A_second_part_comes_out_to_the_last_bit()
    {
        var calibration = new Bme280Calibration
        {
            T1 = 28455, T2 = 26619, T3 = 50,
            P1 = 37356, P2 = -10646, P3 = 3024, P4 = 6821, P5 = -108, P6 = -7, P7 = 9900, P8 = -10230, P9 = 4285,
            H1 = 75, H2 = 366, H3 = 0, H4 = 306, H5 = 50, H6 = 30,
        };
        var fine = Bme280Compensation.FineTemperature(calibration, 519888);
        Assert.That(Bme280Compensation.CentiCelsius(fine), Is.EqualTo(2050));
        Assert.That(Bme280Compensation.Pascal256(calibration, 343040, fine), Is.EqualTo(25332935));
        Assert.That(Bme280Compensation.Percent1024(calibration, 32768, fine), Is.EqualTo(75044));
    }

    /// <summary>Registers of a real part as posted in the Bosch Sensortec community ("BME280 Data to test Calculations", 2019).</summary>
    [Test]
    public void A_register_dump_of_a_real_part_comes_out_as_its_owner_computed()
    {
        var block = Convert.FromHexString("6C6E77663200A89227D5D00B6F18CAFFF9FFAC260AD8BD104B650100140B001E");
        byte[] low = [.. block[..24], 0, block[24]]; // 0xA0 is reserved and was left out of the post
        var calibration = Bme280.Parse(low, block[25..]);
        Assert.That((calibration.H1, calibration.H2, calibration.H4, calibration.H5, calibration.H6), Is.EqualTo((75, 357, 331, 0, 30)));

        var fine = Bme280Compensation.FineTemperature(calibration, 0x817FB);
        Assert.That(Bme280Compensation.CentiCelsius(fine) / 100.0, Is.EqualTo(24.44).Within(0.01));

        // The owner's own pressure, 1148 hPa, was what he asked about; this is appendix 8.1 in double precision, computed apart.
        Assert.That(Bme280Compensation.Pascal256(calibration, 0x55338, fine) / 25600.0, Is.EqualTo(996.213).Within(0.005));
        Assert.That(Bme280Compensation.Percent1024(calibration, 0x7913, fine) / 1024.0, Is.EqualTo(54.17).Within(0.01));
    }

    [Test]
    public void Twelve_bit_trimming_keeps_its_sign()
    {
        // H4 = -3 (0xFFD), H5 = -2048 (0x800): 0xE4 = FF, 0xE5 = low nibbles 0|D, 0xE6 = 80.
        var calibration = Bme280.Parse(new byte[26], [0, 0, 0, 0xFF, 0x0D, 0x80, 0xE2]);
        Assert.That((calibration.H4, calibration.H5, calibration.H6), Is.EqualTo((-3, -2048, -30)));
    }

    [Test]
    public void A_division_by_zero_is_no_pressure() =>
        Assert.That(Bme280Compensation.Pascal256(new Bme280Calibration { P1 = 0 }, 400000, 128422), Is.Null);
}
