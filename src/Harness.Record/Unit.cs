namespace Harness.Record;

/// <summary>The unit of a number. Times convert among themselves; all other units do not convert.</summary>
public enum Unit
{
    /// <summary>Nanoseconds, <c>ns</c>.</summary>
    Nanoseconds,

    /// <summary>Microseconds, <c>us</c> (<c>µs</c> is read too).</summary>
    Microseconds,

    /// <summary>Milliseconds, <c>ms</c>.</summary>
    Milliseconds,

    /// <summary>Seconds, <c>s</c>.</summary>
    Seconds,

    /// <summary>Cycles of a device's core clock, <c>cycles</c>.</summary>
    Cycles,

    /// <summary>Executed instructions, <c>instructions</c>; never called cycles.</summary>
    Instructions,

    /// <summary>Ticks of a device's counter whose rate its <c>ID</c> states, <c>ticks</c>.</summary>
    Ticks,

    /// <summary>Bytes, <c>bytes</c>.</summary>
    Bytes,

    /// <summary>A plain number of items, <c>count</c>.</summary>
    Count,
}

/// <summary>The symbols of units in the record, in features and in reports.</summary>
public static class Units
{
    private static readonly (Unit Unit, string Symbol, string[] Words)[] Table =
    [
        (Unit.Nanoseconds, "ns", ["nanosecond", "nanoseconds"]),
        (Unit.Microseconds, "us", ["microsecond", "microseconds"]),
        (Unit.Milliseconds, "ms", ["millisecond", "milliseconds"]),
        (Unit.Seconds, "s", ["second", "seconds"]),
        (Unit.Cycles, "cycles", ["cycle"]),
        (Unit.Instructions, "instructions", ["instruction"]),
        (Unit.Ticks, "ticks", ["tick"]),
        (Unit.Bytes, "bytes", ["byte"]),
        (Unit.Count, "count", ["counts"]),
    ];

    /// <summary>Every symbol, for error messages: <c>ns us ms s cycles ...</c>.</summary>
    public static string Known { get; } = string.Join(' ', Table.Select(row => row.Symbol));

    /// <summary>Gets the symbol that the record uses: <c>us</c>, <c>cycles</c>.</summary>
    public static string Symbol(this Unit unit) => Table[(int)unit].Symbol;

    /// <summary>True where the unit is a time and so converts to the other times.</summary>
    public static bool IsTime(this Unit unit) => unit <= Unit.Seconds;

    /// <summary>Reads a symbol (as written: <c>ms</c>, not <c>MS</c>) or a word (in any case).</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Unit unit)
    {
        // U+00B5 is what keyboards type for micro, U+03BC what Unicode normalisation makes of it.
        if (text is "\u00b5s" or "\u03bcs")
        {
            unit = Unit.Microseconds;
            return true;
        }

        foreach (var row in Table)
        {
            // A symbol of letters only that is also a word (cycles) may be capitalised; ms and Ms are different.
            var comparison = row.Unit.IsTime() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
            if (text.Equals(row.Symbol, comparison))
            {
                unit = row.Unit;
                return true;
            }

            foreach (var word in row.Words)
            {
                if (text.Equals(word, StringComparison.OrdinalIgnoreCase))
                {
                    unit = row.Unit;
                    return true;
                }
            }
        }

        unit = default;
        return false;
    }

    /// <summary>Gets the nanoseconds in one unit of time.</summary>
    internal static double InNanoseconds(Unit unit) => unit switch
    {
        Unit.Nanoseconds => 1,
        Unit.Microseconds => 1e3,
        Unit.Milliseconds => 1e6,
        Unit.Seconds => 1e9,
        _ => throw new ArgumentOutOfRangeException(nameof(unit), unit, "not a time unit"),
    };
}
