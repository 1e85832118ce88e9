namespace Harness.Bench.Measuring;

/// <summary>The current of a supply over time, as a meter gave it: straight lines between its values.</summary>
public sealed class CurrentTrace
{
    private readonly double[] _at;
    private readonly double[] _amperes;
    private readonly double[] _charge; // from the first value on

    /// <summary>Takes the values in the order of their times.</summary>
    /// <param name="values">Times in nanoseconds of one clock, rising, and currents in amperes; two or more.</param>
    public CurrentTrace(IReadOnlyList<(long Nanoseconds, double Amperes)> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentOutOfRangeException.ThrowIfLessThan(values.Count, 2, nameof(values));
        (_at, _amperes, _charge) = (new double[values.Count], new double[values.Count], new double[values.Count]);
        var zero = values[0].Nanoseconds;
        for (var i = 0; i < values.Count; i++)
        {
            (_at[i], _amperes[i]) = ((values[i].Nanoseconds - zero) * 1e-9, values[i].Amperes);
            _charge[i] = i == 0 ? 0 : _charge[i - 1] + ((_amperes[i] + _amperes[i - 1]) / 2 * (_at[i] - _at[i - 1]));
        }

        Begin = zero;
        End = values[^1].Nanoseconds;
    }

    /// <summary>The time of the first value, in nanoseconds.</summary>
    public long Begin { get; }

    /// <summary>The time of the last value, in nanoseconds.</summary>
    public long End { get; }

    /// <summary>The mean time between two values.</summary>
    public TimeSpan Interval => TimeSpan.FromSeconds(_at[^1] / (_at.Length - 1));

    /// <summary>The charge between two times, in coulombs.</summary>
    /// <param name="from">Begin of the window in nanoseconds, not before <see cref="Begin"/>.</param>
    /// <param name="to">End of the window, not after <see cref="End"/>.</param>
    public double Charge(long from, long to) => ChargeUntil(to) - ChargeUntil(from);

    private double ChargeUntil(long nanoseconds)
    {
        var t = Math.Clamp((nanoseconds - Begin) * 1e-9, 0, _at[^1]);
        var found = Array.BinarySearch(_at, t);
        if (found >= 0)
        {
            return _charge[found];
        }

        var after = ~found;
        var (span, part) = (_at[after] - _at[after - 1], t - _at[after - 1]);
        var here = _amperes[after - 1] + ((_amperes[after] - _amperes[after - 1]) * part / span);
        return _charge[after - 1] + ((_amperes[after - 1] + here) / 2 * part);
    }
}
