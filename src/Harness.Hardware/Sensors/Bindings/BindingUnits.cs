using UnitsNet.Units;

namespace Harness.Hardware.Sensors.Bindings;

/// <summary>The unit in which each quantity is given: what the field uses where that is not UnitsNet's base unit.</summary>
internal static class BindingUnits
{
    // With their symbols: the package's table of symbols makes all of its 130 quantities first, half a second of processor time at each start.
    private static readonly (Enum Unit, string Symbol)[] _s_preferred =
    [
        (TemperatureUnit.DegreeCelsius, "°C"), (PressureUnit.Hectopascal, "hPa"), (ElectricCurrentUnit.Milliampere, "mA"), (PowerUnit.Milliwatt, "mW"), (LengthUnit.Millimeter, "mm"),
        (MassUnit.Gram, "g"), (VolumeConcentrationUnit.PartPerMillion, "ppm"), (RatioUnit.Percent, "%"), (MagneticFieldUnit.Microtesla, "µT"), (AngleUnit.Degree, "°"),
        (RotationalSpeedUnit.DegreePerSecond, "°/s"), (ElectricPotentialUnit.Volt, "V"), (IlluminanceUnit.Lux, "lx"),
        (RelativeHumidityUnit.Percent, "%"), // the package's own is %RH, which no data sheet writes beside a quantity that says it
    ];

    private static readonly ConcurrentDictionary<Type, (Enum Unit, string Symbol)> _s_units = new();

    /// <summary>True for a quantity of UnitsNet, or one that may be absent.</summary>
    public static bool IsQuantity(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is { IsValueType: true } value && typeof(IQuantity).IsAssignableFrom(value) && value != typeof(IQuantity);

    /// <summary>The symbol of the unit of a type of quantity: <c>°C</c>.</summary>
    public static string Symbol(Type type) => Of(Nullable.GetUnderlyingType(type) ?? type).Symbol;

    /// <summary>The number of a quantity in that unit.</summary>
    public static double Value(IQuantity quantity) => quantity.As(Of(quantity.GetType()).Unit);

    /// <summary>The units whose symbols stand here, with these symbols.</summary>
    internal static IEnumerable<(Enum Unit, string Symbol)> Preferred => _s_preferred;

    /// <summary>The package's symbol of a unit.</summary>
    internal static string PackageSymbol(Enum unit) => UnitAbbreviationsCache.Default.GetDefaultAbbreviation(
        unit.GetType(), Convert.ToInt32(unit, CultureInfo.InvariantCulture), CultureInfo.GetCultureInfo("en-US"));

    private static (Enum Unit, string Symbol) Of(Type type) => _s_units.GetOrAdd(type, static quantity =>
    {
        // Of UnitsNet each enumeration of units is named after its quantity: the quantity itself need not be made.
        if (Array.Find(_s_preferred, p => p.Unit.GetType().Name == quantity.Name + "Unit") is { Unit: { } } preferred)
        {
            return preferred;
        }

        var unit = ((IQuantity)Activator.CreateInstance(quantity)!).QuantityInfo.BaseUnitInfo.Value;
        return (unit, PackageSymbol(unit));
    });
}
