namespace Harness.Record;

/// <summary>A number with its unit: <c>1.5 ms</c>, <c>900000 instructions</c>.</summary>
/// <param name="Value">The number, finite.</param>
/// <param name="Unit">Its unit.</param>
public readonly record struct Quantity(double Value, Unit Unit)
{
    /// <summary>Reads a quantity, such as <c>40 ms</c>, <c>40ms</c>, <c>1.5 million instructions</c>; the decimal mark is a point everywhere.</summary>
    /// <exception cref="FormatException">The text is no quantity; the message names the text, the expected and the seen.</exception>
    public static Quantity Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Explain(text, out var quantity) is { } why
            ? throw new FormatException(
                $"\"{text}\" is not a quantity: {why}. Expected a number and a unit ({Units.Known}), such as \"40 ms\" or \"1.5 million instructions\".")
            : quantity;
    }

    /// <summary>Converts the quantity to another unit; only times convert, and only among themselves.</summary>
    public bool TryConvert(Unit unit, out Quantity converted)
    {
        if (unit == Unit)
        {
            converted = this;
            return true;
        }

        if (!unit.IsTime() || !Unit.IsTime())
        {
            converted = default;
            return false;
        }

        // Multiply or divide by a whole factor: 40 ms must become 0.04 s, not 0.04000000000000001 s.
        double from = Units.InNanoseconds(Unit), to = Units.InNanoseconds(unit);
        converted = new Quantity(from >= to ? Value * (from / to) : Value / (to / from), unit);
        return true;
    }

    /// <summary>Gets the text in the invariant culture: <c>1.5 ms</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value} {Unit.Symbol()}");

    private static string? Explain(string text, out Quantity quantity)
    {
        quantity = default;
        var rest = text.AsSpan().Trim();
        var end = NumberLength(rest);
        if (end == 0 || !double.TryParse(rest[..end], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            || !double.IsFinite(value))
        {
            return "it does not begin with a number";
        }

        rest = rest[end..].TrimStart();
        var space = rest.IndexOf(' ');
        if (space > 0 && Scale(rest[..space]) is { } scale)
        {
            value *= scale;
            rest = rest[(space + 1)..].TrimStart();
        }

        if (rest.IsEmpty)
        {
            return "the unit is missing";
        }

        if (!Units.TryParse(rest, out var unit))
        {
            return $"the unit \"{rest}\" is unknown";
        }

        quantity = new Quantity(value, unit);
        return null;
    }

    // Digits, sign, point, and an exponent only where digits follow: "5 ms" has none, nor has "5e".
    private static int NumberLength(ReadOnlySpan<char> text)
    {
        var i = 0;
        if (i < text.Length && text[i] is ('-' or '+'))
        {
            i++;
        }

        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.'))
        {
            i++;
        }

        if (i > 0 && i < text.Length && text[i] is ('e' or 'E'))
        {
            var j = i + 1;
            if (j < text.Length && text[j] is ('-' or '+'))
            {
                j++;
            }

            var digits = j;
            while (j < text.Length && char.IsAsciiDigit(text[j]))
            {
                j++;
            }

            return j > digits ? j : i;
        }

        return i;
    }

    private static double? Scale(ReadOnlySpan<char> word) =>
        word.Equals("thousand", StringComparison.OrdinalIgnoreCase) ? 1e3
        : word.Equals("million", StringComparison.OrdinalIgnoreCase) ? 1e6
        : word.Equals("billion", StringComparison.OrdinalIgnoreCase) ? 1e9
        : null;
}
