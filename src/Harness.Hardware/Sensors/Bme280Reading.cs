using System.Globalization;

namespace Harness.Hardware;

/// <summary>One measurement of a BME280.</summary>
/// <param name="Celsius">Temperature in °C, -40 to 85.</param>
/// <param name="PercentHumidity">Relative humidity in %, 0 to 100.</param>
/// <param name="Hectopascal">Pressure in hPa, 300 to 1100.</param>
public readonly record struct Bme280Reading(double Celsius, double PercentHumidity, double Hectopascal)
{
    /// <summary>For people: <c>21.50 °C 40.1 % 1013.25 hPa</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Celsius:F2} °C {PercentHumidity:F1} % {Hectopascal:F2} hPa");
}

/// <summary>How many conversions one measurement averages; more is less noise and more time.</summary>
public enum Bme280Oversampling
{
    /// <summary>One, 16 bits.</summary>
    X1 = 1,

    /// <summary>Two, 17 bits.</summary>
    X2 = 2,

    /// <summary>Four, 18 bits.</summary>
    X4 = 3,

    /// <summary>Eight, 19 bits.</summary>
    X8 = 4,

    /// <summary>Sixteen, 20 bits.</summary>
    X16 = 5,
}
