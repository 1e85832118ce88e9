namespace Harness.Timing.Clocks;

/// <summary>The rig's noise on one clock: a budget finer than the noise is not judged.</summary>
/// <param name="Clock">The clock.</param>
/// <param name="Value">The noise in <paramref name="Unit"/>, 0 or more; 0 on a clock that is exact to its unit.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="From">The origin of the value, in words: <c>p99 of 500 empty operations</c>.</param>
public sealed record Floor(ClockKind Clock, double Value, Unit Unit, string From)
{
    /// <summary>The floor of an exact clock.</summary>
    public static Floor Exact(ClockKind clock, Unit unit) => new(clock, 0, unit, "exact count");

    /// <summary>
    /// Computes a floor from durations of operations that should take no time: their p99, or the largest of fewer than 100 samples. The duration of an
    /// operation is known no better than that.
    /// </summary>
    /// <exception cref="ArgumentException">There are no values.</exception>
    public static Floor Of(ClockKind clock, IReadOnlyCollection<double> empty, Unit unit, string what)
    {
        ArgumentNullException.ThrowIfNull(empty);
        if (empty.Count == 0)
        {
            throw new ArgumentException("expected at least one sample", nameof(empty));
        }

        double[] sorted = [.. empty.Order()];
        return sorted.Length >= 100
            ? new(clock, OrderStatistics.Percentile(sorted, 99), unit, $"p99 of {sorted.Length} {what}")
            : new(clock, sorted[^1], unit, $"max of {sorted.Length} {what}");
    }

    /// <summary>True where a limit is finer than the floor; null where the two have no unit in common.</summary>
    public bool? IsAbove(double limit, Unit unit) =>
        new Quantity(Value, Unit).TryConvert(unit, out var own) ? own.Value > limit : null;

    /// <summary>Gets the floor as text: <c>1.2 µs (p99 of 500 empty operations)</c>.</summary>
    public override string ToString() => $"{ReadableNumber.Format(Value, Unit, exact: true)} ({From})";
}
