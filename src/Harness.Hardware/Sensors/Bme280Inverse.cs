namespace Harness.Hardware.Sensors;

/// <summary>
/// Physical values to raw ones: the floating-point formulas of the BME280 data sheet, appendix 8.1, solved for the converter's
/// value. It shares no code with the package's compensation, so that model and driver check each other.
/// Each solution is the root next to the linear case.
/// </summary>
internal static class Bme280Inverse
{
    /// <summary>adc_T, 20 bits, not yet rounded.</summary>
    public static double RawTemperature(Bme280Calibration c, double celsius)
    {
        // 5120 T = T2 u + T3 u²/64, u = adc/16384 - T1/1024
        var u = Root(c.T3 / 64.0, c.T2, -5120.0 * celsius);
        return (u + (c.T1 / 1024.0)) * 16384.0;
    }

    /// <summary>adc_P, 20 bits, not yet rounded.</summary>
    public static double RawPressure(Bme280Calibration c, double pascal, double celsius)
    {
        var t = (celsius * 2560.0) - 64000.0;
        var offset = ((t * t * c.P6 / 32768.0) + (t * c.P5 * 2.0)) / 4.0;
        offset += c.P4 * 65536.0;
        var scale = ((c.P3 * t * t / 524288.0) + (c.P2 * t)) / 524288.0;
        scale = (1.0 + (scale / 32768.0)) * c.P1;

        // pascal = p + (P9 p²/2^31 + P8 p/2^15 + P7)/16
        var p = Root(c.P9 / 2147483648.0 / 16.0, 1.0 + (c.P8 / 32768.0 / 16.0), (c.P7 / 16.0) - pascal);
        return 1048576.0 - (p * scale / 6250.0) - (offset / 4096.0);
    }

    /// <summary>adc_H, 16 bits, not yet rounded.</summary>
    public static double RawHumidity(Bme280Calibration c, double percent, double celsius)
    {
        var t = (celsius * 5120.0) - 76800.0;

        // percent = h - H1 h²/524288
        var h = Root(-c.H1 / 524288.0, 1.0, -percent);
        var slope = c.H2 / 65536.0 * (1.0 + (c.H6 / 67108864.0 * t * (1.0 + (c.H3 / 67108864.0 * t))));
        return (h / slope) + (c.H4 * 64.0) + (c.H5 / 16384.0 * t);
    }

    // a x² + b x + k = 0, the root that tends to -k/b as a tends to 0; written so that a = 0 needs no case of its own.
    private static double Root(double a, double b, double k) => -2.0 * k / (b + (Math.Sign(b) * Math.Sqrt((b * b) - (4.0 * a * k))));
}
