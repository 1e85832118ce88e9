namespace Harness.Hardware;

/// <summary>
/// Raw values to physical ones: the integer formulas of the BME280 data sheet, section 4.2.3 (32-bit temperature and humidity,
/// 64-bit pressure). All shifts are arithmetic, as the data sheet's C assumes.
/// </summary>
internal static class Bme280Compensation
{
    private const int HumidityTemperatureOrigin = 76800;  // t_fine of 15 °C
    private const int PressureTemperatureOrigin = 128000; // t_fine of 25 °C
    private const int HundredPercent = 419430400;         // 100 % before the last shift

    /// <summary>t_fine: temperature in 1/5120 °C.</summary>
    public static int FineTemperature(Bme280Calibration c, int raw)
    {
        var linear = (((raw >> 3) - (c.T1 << 1)) * c.T2) >> 11;
        var distance = (raw >> 4) - c.T1;
        var quadratic = (((distance * distance) >> 12) * c.T3) >> 14;
        return linear + quadratic;
    }

    /// <summary>Temperature in 0.01 °C.</summary>
    public static int CentiCelsius(int fine) => ((fine * 5) + 128) >> 8;

    /// <summary>Pressure in 1/256 Pa; null where the formula would divide by zero.</summary>
    public static long? Pascal256(Bme280Calibration c, int raw, int fine)
    {
        long t = fine - PressureTemperatureOrigin;
        var offset = (t * t * c.P6) + ((t * c.P5) << 17) + ((long)c.P4 << 35);
        var scale = ((t * t * c.P3) >> 8) + ((t * c.P2) << 12);
        scale = (((1L << 47) + scale) * c.P1) >> 33;
        if (scale == 0)
        {
            return null;
        }

        long p = 1048576 - raw;
        p = (((p << 31) - offset) * 3125) / scale;
        var second = (c.P9 * (p >> 13) * (p >> 13)) >> 25;
        var first = (c.P8 * p) >> 19;
        return ((p + second + first) >> 8) + ((long)c.P7 << 4);
    }

    /// <summary>Relative humidity in 1/1024 %, limited to 0..100 % as the data sheet does.</summary>
    public static int Percent1024(Bme280Calibration c, int raw, int fine)
    {
        var t = fine - HumidityTemperatureOrigin;
        var offset = ((raw << 14) - (c.H4 << 20) - (c.H5 * t) + 16384) >> 15;
        var slope = (((((((t * c.H6) >> 10) * (((t * c.H3) >> 11) + 32768)) >> 10) + 2097152) * c.H2) + 8192) >> 14;
        var v = offset * slope;
        v -= ((((v >> 15) * (v >> 15)) >> 7) * c.H1) >> 4;
        return Math.Clamp(v, 0, HundredPercent) >> 12;
    }
}
