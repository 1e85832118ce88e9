namespace Harness.Bench.Measuring;

/// <summary>Charges of a board's operations and of its idle time, from a meter's values and the times between which the operations ran.</summary>
internal sealed record EnergyWindows
{
    /// <summary>Charge of each operation that the meter saw, in coulombs.</summary>
    public required IReadOnlyList<double> Charges { get; init; }

    /// <summary>Length of each of these operations in seconds.</summary>
    public required IReadOnlyList<double> Seconds { get; init; }

    /// <summary>Current of the idle board in amperes.</summary>
    public required double IdleAmperes { get; init; }

    /// <summary>Charge that the meter's noise alone makes of an idle window as long as an operation, in coulombs (95 % of them are within it).</summary>
    public required double FloorCoulombs { get; init; }

    /// <summary>Mean time between two values.</summary>
    public required TimeSpan Sampling { get; init; }

    /// <summary>Operations for which the meter has too few values.</summary>
    public required int Missed { get; init; }

    /// <summary>Weighs a measurement.</summary>
    /// <param name="readings">The meter's values, the first ones of the idle board.</param>
    /// <param name="conversion">Time of one conversion of the meter.</param>
    /// <param name="stepAmperes">Resolution of the meter in amperes.</param>
    /// <param name="idleEnd">End of the idle time, in nanoseconds of the clock of the values.</param>
    /// <param name="windows">Begin and end of each operation, in the same clock.</param>
    /// <returns>The charges; null where no operation is between values of the meter, or the idle board has fewer than two.</returns>
    public static EnergyWindows? Of(
        IReadOnlyList<SupplyReading> readings, TimeSpan conversion, double stepAmperes, long idleEnd, IReadOnlyList<(long From, long To)> windows)
    {
        var values = SupplyReading.Placed(readings, conversion);

        // A line from the last value of the idle board to the first one of its work would count as idle what is not: the idle time ends at that last value.
        var idle = values.Count(v => v.Nanoseconds <= idleEnd - (long)conversion.TotalNanoseconds);
        var seen = windows.Where(w => IsSeen(values, w, conversion)).ToList();
        if (idle < 2 || seen.Count == 0)
        {
            return null;
        }

        var trace = new CurrentTrace(values);
        idleEnd = values[idle - 1].Nanoseconds;
        var length = (long)seen.Average(w => (double)(w.To - w.From));
        var amperes = trace.Charge(trace.Begin, idleEnd) / ((idleEnd - trace.Begin) * 1e-9);
        return new EnergyWindows
        {
            Charges = [.. seen.Select(w => trace.Charge(w.From, w.To))], Seconds = [.. seen.Select(w => (w.To - w.From) * 1e-9)], IdleAmperes = amperes,
            FloorCoulombs = Floor(trace, idleEnd, length, amperes, stepAmperes), Sampling = trace.Interval, Missed = windows.Count - seen.Count,
        };
    }

    // A line over a long gap says nothing of an edge within it: an operation counts where no gap that touches it is longer than a quarter of it (or than eight conversions, for short ones).
    private static bool IsSeen(IReadOnlyList<(long Nanoseconds, double Amperes)> values, (long From, long To) window, TimeSpan conversion)
    {
        if (values.Count < 2 || values[0].Nanoseconds > window.From || values[^1].Nanoseconds < window.To)
        {
            return false;
        }

        var most = Math.Max((window.To - window.From) / 4, (long)(8 * conversion.TotalNanoseconds));
        var first = LastAtOrBefore(values, window.From);
        for (var i = first; i + 1 < values.Count && values[i].Nanoseconds < window.To; i++)
        {
            if (values[i + 1].Nanoseconds - values[i].Nanoseconds > most)
            {
                return false;
            }
        }

        return true;
    }

    private static int LastAtOrBefore(IReadOnlyList<(long Nanoseconds, double Amperes)> values, long at)
    {
        var (low, high) = (0, values.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            (low, high) = values[middle].Nanoseconds <= at ? (middle, high) : (low, middle - 1);
        }

        return low;
    }

    // The idle board in windows as long as the operation's, half of them overlapping: what the meter's noise alone makes of them, and never less than half a step.
    private static double Floor(CurrentTrace trace, long idleEnd, long length, double idleAmperes, double step)
    {
        var offsets = new List<double>();
        for (var from = trace.Begin; from + length <= idleEnd; from += Math.Max(1, length / 2))
        {
            offsets.Add(Math.Abs(trace.Charge(from, from + length) - (idleAmperes * length * 1e-9)));
        }

        var half = step / 2 * length * 1e-9;
        return offsets.Count == 0 ? half : Math.Max(half, OrderStatistics.Percentile([.. offsets.Order()], 95));
    }
}
