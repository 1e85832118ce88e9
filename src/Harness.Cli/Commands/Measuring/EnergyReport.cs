namespace Harness.Cli.Commands.Measuring;

/// <summary>Renders charge and energy of an operation as papers print them: mean with interval, floor, conditions.</summary>
internal static class EnergyReport
{
    /// <summary>The file of every operation's charge, beside the record.</summary>
    public const string Samples = "energy.csv";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };
    private static readonly (double Size, string Prefix)[] _s_prefixes = [(1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"), (1e-12, "p"), (1e-15, "f")];

    /// <summary>Renders the result in a few lines.</summary>
    public static string Render(EnergyResult result, string samplesFile)
    {
        var text = new StringBuilder();
        text.Append($"energy of {result.Entry.Name} of {result.Request.Device}: {result.Entry.Description}\n");
        if (result.NoBoard is { } reason)
        {
            text.Append($"NOT A BOARD'S ENERGY: {reason}\n");
        }

        var (charge, above) = (result.Charge, result.ChargeAboveIdle);
        text.Append($"\n{"",-14} {"charge",-46} energy\n");
        text.Append($"{"an operation",-14} {With(charge, 1, "C"),-46} {With(charge, result.Volts, "J")}\n");
        text.Append($"{"above idle",-14} {With(above, 1, "C"),-46} {With(above, result.Volts, "J")}\n");
        text.Append($"{"floor",-14} {Value(result.FloorCoulombs, "C"),-46} {Value(result.FloorCoulombs * result.Volts, "J")}\n\n");
        text.Append($"n {result.Charges.Count}, mean with 95 % bootstrap interval; {Value(result.Seconds.Average(), "s")} an operation between {result.Window}\n");
        text.Append($"idle {Value(result.IdleAmperes, "A")} at {Value(result.Volts, "V")}; {result.Meter}, read every {Value(result.Sampling.TotalSeconds, "s")}\n");
        foreach (var note in Notes(result))
        {
            text.Append(note).Append('\n');
        }

        return text.Append($"charges: {samplesFile}").ToString();
    }

    /// <summary>The limits of the numbers, in sentences.</summary>
    public static IEnumerable<string> Notes(EnergyResult result)
    {
        if (result.NoBoard is { } reason)
        {
            yield return $"no board's energy: {reason}";
        }

        if (Math.Abs(result.ChargeAboveIdle.Mean) < result.FloorCoulombs)
        {
            yield return "the charge above idle is below the floor: no difference from the idle board is shown";
        }

        if (result.IsBlurred)
        {
            yield return "an operation is shorter than two values of the meter: single charges are blurred, the mean over many is not";
        }

        if (result.Lost > 0)
        {
            yield return $"{result.Lost} operations without both edges, or with too few values of the meter, were left out";
        }
    }

    /// <summary>Converts the result to JSON, in coulombs, joules, seconds, amperes and volts.</summary>
    public static string Json(EnergyResult result, string rig, string samplesFile) => JsonSerializer.Serialize(
        new
        {
            rig, operation = result.Entry.Name, device = result.Request.Device, n = result.Charges.Count, no_board = result.NoBoard, window = result.Window, meter = result.Meter,
            charge_c = Ends(result.Charge, 1), energy_j = Ends(result.Charge, result.Volts), charge_above_idle_c = Ends(result.ChargeAboveIdle, 1),
            energy_above_idle_j = Ends(result.ChargeAboveIdle, result.Volts), floor_c = result.FloorCoulombs, floor_j = result.FloorCoulombs * result.Volts,
            seconds = result.Seconds.Average(), idle_a = result.IdleAmperes, volts = result.Volts, sampling_s = result.Sampling.TotalSeconds, lost = result.Lost,
            notes = Notes(result), samples = samplesFile,
        },
        Indented);

    /// <summary>Writes the charge of every operation.</summary>
    public static void Csv(EnergyResult result, TextWriter output)
    {
        output.WriteLine("seconds,charge_c");
        foreach (var (seconds, charge) in result.Seconds.Zip(result.Charges))
        {
            output.WriteLine(FormattableString.Invariant($"{seconds:R},{charge:R}"));
        }
    }

    private static object Ends((double Mean, Interval Interval) value, double scale) =>
        new { mean = value.Mean * scale, low = value.Interval.Low * scale, high = value.Interval.High * scale, confidence = value.Interval.Confidence };

    private static string With((double Mean, Interval Interval) value, double scale, string unit) =>
        $"{Value(value.Mean * scale, unit)} [{Value(value.Interval.Low * scale, unit)}, {Value(value.Interval.High * scale, unit)}]";

    private static string Value(double value, string unit)
    {
        var (size, prefix) = _s_prefixes.FirstOrDefault(p => Math.Abs(value) >= p.Size * 0.9995, _s_prefixes[^1]);
        // A difference of equal charges is what rounding leaves of them: thousandths of the smallest unit, six magnitudes below any meter's step, are no digits.
        return $"{ReadableNumber.Digits(Math.Round(value / size, 3) + 0.0)} {prefix}{unit}";
    }
}
