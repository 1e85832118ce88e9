namespace Harness.Bench.Measuring;

/// <summary>Charge and energy of one operation.</summary>
public sealed record EnergyResult
{
    /// <summary>The request.</summary>
    public required MeasureRequest Request { get; init; }

    /// <summary>The operation.</summary>
    public required OperationEntry Entry { get; init; }

    /// <summary>The meter in words.</summary>
    public required string Meter { get; init; }

    /// <summary>The reason why the numbers say nothing about a board: a modelled meter, an emulated board, a virtual machine; null where they do.</summary>
    public required string? NoBoard { get; init; }

    /// <summary>The edges of the windows: the trigger's, or the host's times around the operation.</summary>
    public required string Window { get; init; }

    /// <summary>Charge of each operation in coulombs, that of the idle board included.</summary>
    public required IReadOnlyList<double> Charges { get; init; }

    /// <summary>Length of each window in seconds.</summary>
    public required IReadOnlyList<double> Seconds { get; init; }

    /// <summary>Current of the idle board in amperes.</summary>
    public required double IdleAmperes { get; init; }

    /// <summary>Voltage of the supply in volts, the mean of before and after.</summary>
    public required double Volts { get; init; }

    /// <summary>Charge of one operation below which nothing is told apart, in coulombs: 95 % of idle windows of the same length stay within it.</summary>
    public required double FloorCoulombs { get; init; }

    /// <summary>Mean time between two values of the meter.</summary>
    public required TimeSpan Sampling { get; init; }

    /// <summary>Operations whose edges were lost, or for which the meter has too few values.</summary>
    public int Lost { get; init; }

    /// <summary>Mean charge in coulombs, with its bootstrap interval.</summary>
    public (double Mean, Interval Interval) Charge => Mean(Charges);

    /// <summary>Mean charge above that of the idle board.</summary>
    public (double Mean, Interval Interval) ChargeAboveIdle => Mean([.. Charges.Zip(Seconds, (charge, seconds) => charge - (IdleAmperes * seconds))]);

    /// <summary>True where an operation is shorter than two values of the meter: then single charges are blurred, and the mean alone means something.</summary>
    public bool IsBlurred => Seconds.Average() < 2 * Sampling.TotalSeconds;

    private (double Mean, Interval Interval) Mean(IReadOnlyList<double> values) =>
        (values.Average(), Bootstrap.Mean([.. values], new SeededRandom(Request.Seed)));
}
