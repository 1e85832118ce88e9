namespace Harness.Hardware;

/// <summary>One measurement of a climate sensor; a BME280 measures -40 to 85 °C, 0 to 100 % and 300 to 1100 hPa.</summary>
/// <param name="Temperature">Temperature of the air.</param>
/// <param name="Humidity">Relative humidity of the air.</param>
/// <param name="Pressure">Pressure of the air, not reduced to sea level.</param>
public readonly record struct ClimateReading(Temperature Temperature, RelativeHumidity Humidity, Pressure Pressure)
{
    /// <summary>Writes the reading for people: <c>21.50 °C 40.1 % 1013.25 hPa</c>.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Temperature.DegreesCelsius:F2} °C {Humidity.Percent:F1} % {Pressure.Hectopascals:F2} hPa");
}
