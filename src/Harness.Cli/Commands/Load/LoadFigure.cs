namespace Harness.Cli.Commands.Load;

/// <summary>One number of one broker.</summary>
/// <param name="Title">The row that it belongs to: <c>QoS 1, 64 bytes</c>.</param>
/// <param name="Value">Its value; not a number where it could not be measured.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="MoreIsBetter">True for rates, false for times and memory.</param>
/// <param name="Lost">Messages that did not arrive.</param>
internal sealed record LoadFigure(string Title, double Value, string Unit, bool MoreIsBetter, long Lost = 0)
{
    /// <summary>The reason for which the broker cannot be measured so; null where it was.</summary>
    public string? Missing { get; init; }

    /// <summary>The value with its unit: <c>41.2 k/s</c>, <c>312.4 µs</c>.</summary>
    public static string Shown(double value, string unit) => unit switch
    {
        "ns" => ReadableNumber.Format(value, Record.Unit.Nanoseconds),
        "s" => ReadableNumber.Format(value * 1e9, Record.Unit.Nanoseconds),
        _ when !double.IsFinite(value) => "none",
        _ => $"{ReadableNumber.Cell(value, Record.Unit.Count)}{(unit == "%" ? " " : "")}{unit}",
    };
}

/// <summary>All values of one row and broker, a round each.</summary>
/// <param name="Broker">The broker's name.</param>
/// <param name="Rounds">Its values in the order of rounds.</param>
internal sealed record LoadColumn(string Broker, IReadOnlyList<LoadFigure> Rounds)
{
    /// <summary>Median of the rounds; not a number where there is none.</summary>
    public double Median => MedianOf([.. Rounds.Select(r => r.Value)]);

    /// <summary>The reason for which it cannot be measured so; null where it was.</summary>
    public string? Missing => Rounds.Select(r => r.Missing).FirstOrDefault(missing => missing is not null);

    /// <summary>Messages lost in all rounds.</summary>
    public long Lost => Rounds.Sum(r => r.Lost);

    /// <summary>The ratio to another broker, by the rounds that both have: median, smallest and largest. Above 1 this one is better.</summary>
    public (double Median, double Least, double Most) Against(LoadColumn other)
    {
        var ratios = Rounds.Zip(other.Rounds, (a, b) => a.MoreIsBetter ? a.Value / b.Value : b.Value / a.Value).ToList();
        return ratios.Count == 0 ? (double.NaN, double.NaN, double.NaN) : (MedianOf(ratios), ratios.Min(), ratios.Max());
    }

    private static double MedianOf(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? double.NaN : (values[(values.Count - 1) / 2] + values[values.Count / 2]) / 2;
    }
}
