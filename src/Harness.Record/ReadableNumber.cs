namespace Harness.Record;

/// <summary>Formats numbers for readers: never an exponent, at most four digits of a suitable unit, exact counts whole and grouped.</summary>
/// <remarks>For console, Markdown and HTML. JSON, CSV and JUnit carry the raw value in its recorded unit.</remarks>
public static class ReadableNumber
{
    private const int SignificantDigits = 4;
    private static readonly (double Size, string Name)[] _times = [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns")];
    private static readonly (double Size, string Name)[] _multiples = [(1e9, "G"), (1e6, "M"), (1e3, "k")];

    /// <summary>Formats a value with its unit: <c>12.56 ms</c>, <c>13,113,731 instructions</c>, <c>13.11 M instructions</c>.</summary>
    /// <param name="value">The value in <paramref name="unit"/>; not-a-number gives <c>none</c>.</param>
    /// <param name="unit">The unit. Times are converted to a suitable unit, counts get a multiple.</param>
    /// <param name="exact">True where a count is exact and so is written whole.</param>
    public static string Format(double value, Unit unit, bool exact = false)
    {
        if (!double.IsFinite(value))
        {
            return Digits(value);
        }

        if (unit.IsTime())
        {
            var nanoseconds = new Quantity(value, unit).TryConvert(Unit.Nanoseconds, out var converted) ? converted.Value : value;
            var (size, name) = Fitting(_times, nanoseconds, ("ns", 1));
            return $"{Digits(nanoseconds / size)} {name}";
        }

        return unit == Unit.Count ? Cell(value, unit, exact) : $"{Cell(value, unit, exact)} {unit.Symbol()}";
    }

    /// <summary>Formats a value for a table whose heading or other column names the unit of counts: <c>12.56 ms</c>, <c>13,113,731</c>, <c>13.11 M</c>.</summary>
    /// <inheritdoc cref="Format" path="/param"/>
    public static string Cell(double value, Unit unit, bool exact = false)
    {
        if (unit.IsTime() || !double.IsFinite(value))
        {
            return Format(value, unit);
        }

        if (exact)
        {
            // The median of an even number of counts may be half an integer.
            return value.ToString("#,##0.#", CultureInfo.InvariantCulture);
        }

        var (size, name) = Fitting(_multiples, value, ("", 1));
        return $"{Digits(value / size)} {name}".TrimEnd();
    }

    /// <summary>Formats a value for comparison with another: written exactly where rounding would make different values look equal.</summary>
    /// <param name="value">The value in <paramref name="unit"/>.</param>
    /// <param name="beside">The value to compare with, in the same unit.</param>
    /// <param name="unit">The unit of both.</param>
    public static string FormatBeside(double value, double beside, Unit unit) =>
        value.Equals(beside) || Format(value, unit) != Format(beside, unit) ? Format(value, unit) : $"{Plain(value)} {unit.Symbol()}";

    /// <summary>Formats a number without a unit: four significant digits, whole thousands grouped, never an exponent: <c>0.0213</c>, <c>1.019</c>, <c>12,560</c>.</summary>
    public static string Digits(double value)
    {
        if (!double.IsFinite(value))
        {
            return double.IsNaN(value) ? "none" : value > 0 ? "+inf" : "-inf";
        }

        if (value == 0)
        {
            return "0";
        }

        var magnitude = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var decimals = Math.Clamp(SignificantDigits - 1 - magnitude, 0, 15);
        var rounded = Math.Round(value, decimals, MidpointRounding.AwayFromZero);
        return rounded.ToString(decimals == 0 ? "#,##0" : "#,##0." + new string('#', decimals), CultureInfo.InvariantCulture);
    }

    /// <summary>Formats the raw value for programs: every digit, never an exponent.</summary>
    public static string Plain(double value) =>
        !double.IsFinite(value) ? Digits(value) : value.ToString("0.###############", CultureInfo.InvariantCulture);

    // A value such as 999.96 would round to 1,000 of its unit, so it is written as one of the next unit.
    private static (double Size, string Name) Fitting((double Size, string Name)[] sizes, double value, (string Name, double Size) smallest)
    {
        foreach (var (size, name) in sizes)
        {
            if (Math.Abs(value) >= size * 0.99995)
            {
                return (size, name);
            }
        }

        return (smallest.Size, smallest.Name);
    }
}
