namespace Harness.Bench.Measuring;

/// <summary>One value of a supply's meter, and the time that its transfer took.</summary>
/// <param name="Begun">Begin of the transfer, in nanoseconds of the host's clock.</param>
/// <param name="Ended">End of the transfer.</param>
/// <param name="Amperes">The current, a mean over the conversion before the transfer.</param>
internal readonly record struct SupplyReading(long Begun, long Ended, double Amperes)
{
    /// <summary>The middle of what the value is the mean of.</summary>
    /// <param name="conversion">Time of one conversion of the meter.</param>
    public long At(TimeSpan conversion) => ((Begun + Ended) / 2) - (long)(conversion.TotalNanoseconds / 2);

    /// <summary>
    /// The values whose time is known to a conversion, as points of a trace. Where the reading thread had no processor in the middle of a transfer nobody can tell
    /// on which side of it the meter was read, and a value of the work would be taken for one of the idle board.
    /// </summary>
    /// <param name="readings">All values in the order of their times.</param>
    /// <param name="conversion">Time of one conversion of the meter.</param>
    public static IReadOnlyList<(long Nanoseconds, double Amperes)> Placed(IReadOnlyList<SupplyReading> readings, TimeSpan conversion)
    {
        if (readings.Count == 0)
        {
            return [];
        }

        var most = readings.Min(r => r.Ended - r.Begun) + (long)conversion.TotalNanoseconds;
        var placed = new List<(long Nanoseconds, double Amperes)>(readings.Count);
        foreach (var reading in readings.Where(r => r.Ended - r.Begun <= most))
        {
            var at = reading.At(conversion);
            if (placed.Count == 0 || at > placed[^1].Nanoseconds)
            {
                placed.Add((at, reading.Amperes));
            }
        }

        return placed;
    }
}
