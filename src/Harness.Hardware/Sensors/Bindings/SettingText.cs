namespace Harness.Hardware.Sensors.Bindings;

/// <summary>Settings of a binding as a rig writes them: words of an enumeration, numbers, yes and no, quantities with their unit.</summary>
internal static class SettingText
{
    /// <summary>The values in words; null for a type that a rig cannot write.</summary>
    public static string? Kind(Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(bool) ? "true or false"
        : BindingUnits.IsQuantity(type) && Nullable.GetUnderlyingType(type) is null ? $"a quantity with its unit, as 1 {BindingUnits.Symbol(type)}"
        : Type.GetTypeCode(type) is >= TypeCode.SByte and <= TypeCode.Decimal ? "a number"
        : null;

    /// <summary>Reads a value.</summary>
    /// <exception cref="FormatException">It is none of <see cref="Kind"/>.</exception>
    public static object Read(Type type, string text)
    {
        try
        {
            return type.IsEnum ? Enum.GetNames(type).FirstOrDefault(n => string.Equals(n, text, StringComparison.OrdinalIgnoreCase)) is { } name
                    ? Enum.Parse(type, name) : throw new FormatException()
                : type == typeof(bool) ? bool.Parse(text)
                : BindingUnits.IsQuantity(type) ? Quantity.Parse(CultureInfo.InvariantCulture, type, text)
                : Convert.ChangeType(text, type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or OverflowException or InvalidCastException or ArgumentException or UnitsNetException)
        {
            throw new FormatException($"\"{text}\" is not {Kind(type)}", e);
        }
    }

    /// <summary>Writes a default.</summary>
    public static string Write(object? value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
