namespace Harness.Hardware.Sensors;

/// <summary>
/// The repair of a defect in Iot.Device.Bindings 4.2.0: it reads the two signed 12-bit trimming values of humidity (dig_H4 and dig_H5, data sheet table
/// 16) as if they were never negative, and on a part where one is negative humidity would be wrong by tens of percent. With a mended package
/// this changes nothing, and can be removed.
/// </summary>
internal static class Bme280SignRepair
{
    private static readonly string[] _s_twelveBits = ["DigH4", "DigH5"];

    /// <summary>Restores the signs of the trimming values that the driver has read.</summary>
    /// <exception cref="InvalidOperationException">The package keeps them elsewhere than version 4.2.0 does.</exception>
    public static void Apply(Bme280 driver)
    {
        var calibration = typeof(Bmxx80Base).GetField("_calibrationData", BindingFlags.Instance | BindingFlags.NonPublic)?.GetValue(driver) ?? throw Changed();
        foreach (var name in _s_twelveBits)
        {
            var property = calibration.GetType().GetProperty(name) ?? throw Changed();
            property.SetValue(calibration, (short)((short)((short)property.GetValue(calibration)! << 4) >> 4));
        }
    }

    private static InvalidOperationException Changed() =>
        new($"{typeof(Bme280).Assembly.GetName()} keeps its calibration elsewhere than version 4.2.0: is the sign of dig_H4 and dig_H5 right there? Then remove {nameof(Bme280SignRepair)}.");
}
