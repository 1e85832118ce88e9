using UnitsNet.Units;

namespace Harness.Hardware.Sensors.Bindings;

/// <summary>The unit in which each quantity is given: what the field uses where that is not UnitsNet's base unit.</summary>
internal static class BindingUnits
{
    private static readonly Enum[] _s_preferred =
    [
        TemperatureUnit.DegreeCelsius, PressureUnit.Hectopascal, ElectricCurrentUnit.Milliampere, PowerUnit.Milliwatt, LengthUnit.Millimeter, MassUnit.Gram,
        VolumeConcentrationUnit.PartPerMillion, RatioUnit.Percent, MagneticFieldUnit.Microtesla, AngleUnit.Degree, RotationalSpeedUnit.DegreePerSecond,
    ];

    private static readonly ConcurrentDictionary<Type, (Enum Unit, string Symbol)> _s_units = new();

    /// <summary>True for a quantity of UnitsNet, or one that may be absent.</summary>
    public static bool IsQuantity(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is { IsValueType: true } value && typeof(IQuantity).IsAssignableFrom(value) && value != typeof(IQuantity);

    /// <summary>The symbol of the unit of a type of quantity: <c>°C</c>.</summary>
    public static string Symbol(Type type) => Of(Nullable.GetUnderlyingType(type) ?? type).Symbol;

    /// <summary>The number of a quantity in that unit.</summary>
    public static double Value(IQuantity quantity) => quantity.As(Of(quantity.GetType()).Unit);

    private static (Enum Unit, string Symbol) Of(Type type) => _s_units.GetOrAdd(type, static quantity =>
    {
        var info = Quantity.Infos.First(i => i.ValueType == quantity);
        var unit = _s_preferred.FirstOrDefault(u => u.GetType() == info.UnitType) ?? info.BaseUnitInfo.Value;
        if (unit is RelativeHumidityUnit.Percent)
        {
            return (unit, "%"); // UnitsNet's own is %RH, which no data sheet writes beside a quantity that says it
        }

        return (unit, UnitAbbreviationsCache.Default.GetDefaultAbbreviation(
            info.UnitType, Convert.ToInt32(unit, CultureInfo.InvariantCulture), CultureInfo.GetCultureInfo("en-US")));
    });
}
