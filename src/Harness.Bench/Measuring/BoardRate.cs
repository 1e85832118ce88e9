namespace Harness.Bench.Measuring;

/// <summary>
/// Measures the rate of a board's counter by this machine's clock. With a wired trigger it uses pulses: the kernel stamps both edges, and no
/// serial line lies between. Otherwise it alternates round trips of empty operations and of work: the time of the line and of the board's
/// main loop is then the same in both and cancels out.
/// </summary>
internal sealed class BoardRate(SerialParty board, DeviceEntry entry, Unit unit, ITriggerEdges? edges)
{
    private const string Name = "board frequency";
    private const int Points = 40;
    private const int MaximumTurns = 1000;
    private const double Long = 0.2; // s of work in one round trip: the scatter of line and reading is then a few parts in a thousand, and less over all points
    private static readonly DeclaredOperations Declared = BenchDrivers.BuiltIn.Operations;
    private static readonly TimeSpan EdgeWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Measures the rate.</summary>
    /// <param name="parts">Receives the results in words.</param>
    /// <param name="stop">Cancels the measurement.</param>
    /// <returns>The rate; null if board and host are not comparable, or the board has no suitable operation.</returns>
    public async Task<ClockRate?> RunAsync(List<CalibrationPart> parts, CancellationToken stop)
    {
        if (entry.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions)
        {
            return Nothing(parts, unit, $"not comparable: {entry.TickUnit} of an emulator are no time of the host");
        }

        var firmware = await board.OperationsAsync(stop).ConfigureAwait(false);
        var work = Declared.FirmwareNameOf(Primitives.Sha256Block.Name, firmware);
        if (work is null || !firmware.Contains(OperationNames.Empty))
        {
            return Nothing(parts, unit, "this firmware has not the operations for it");
        }

        var nominal = unit.IsTime() ? 1e9 : board.Info.ClockHz;
        var begun = Stopwatch.GetTimestamp();
        var once = await board.MeasureAsync(work, 1, stop).ConfigureAwait(false);
        if (once.Sum == 0)
        {
            return Nothing(parts, unit, "the board's counter stands still");
        }

        // By the board's own time where its rate is known: most of the round trip is spent on the line.
        var seconds = nominal > 0 ? once.Sum / nominal : Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var turns = (int)Math.Clamp(Long / seconds, 1, MaximumTurns);
        var (points, how) = edges is not null && edges.Unit.IsTime()
            ? (await PulsesAsync(edges, firmware, stop).ConfigureAwait(false), $"by pulses of {edges.Name}") : (await RoundTripsAsync(work, turns, stop).ConfigureAwait(false), "by round trips");
        return Judge(points, how, nominal, unit, parts);
    }

    /// <summary>Takes the rate from the points, if they determine one.</summary>
    /// <param name="points">Ticks and host time of each measurement.</param>
    /// <param name="how">The way they were taken, in words.</param>
    /// <param name="nominal">The rate that the board states; 0 if none.</param>
    /// <param name="unit">Unit of the ticks.</param>
    /// <param name="parts">Receives the result in words.</param>
    internal static ClockRate? Judge(IReadOnlyList<(double Ticks, double Nanoseconds)> points, string how, double nominal, Unit unit, List<CalibrationPart> parts)
    {
        if (points.Count < 3 || points.All(p => p.Ticks.Equals(points[0].Ticks)))
        {
            return Nothing(parts, unit, $"too few measurements {how}");
        }

        var rate = ClockRate.Fit(points);
        if (!rate.IsDetermined)
        {
            return Nothing(parts, unit, string.Create(
                CultureInfo.InvariantCulture,
                $"could not be measured {how}: the times of {points.Count} points scatter too much ({ReadableNumber.Digits(points.Min(p => p.Nanoseconds) / 1e6)} to {ReadableNumber.Digits(points.Max(p => p.Nanoseconds) / 1e6)} ms); next: take load off this machine, or wire the trigger"));
        }

        parts.Add(new(
            Name, null, null, unit,
            nominal > 0 ? FormattableString.Invariant($"{rate}, {how}; {rate.OffPpm(nominal):+0;-0;0} ppm off the {ReadableNumber.Digits(nominal / 1e6)} MHz it states") : $"{rate}, {how}"));
        return rate;
    }

    private static ClockRate? Nothing(List<CalibrationPart> parts, Unit unit, string words)
    {
        parts.Add(new(Name, null, null, unit, words));
        return null;
    }

    /// <summary>Measures pulses of one operation each: the empty one and the longest one that is short enough, in turn.</summary>
    private async Task<List<(double Ticks, double Nanoseconds)>> PulsesAsync(ITriggerEdges line, IReadOnlyCollection<string> firmware, CancellationToken stop)
    {
        var work = await LongestAsync(firmware, stop).ConfigureAwait(false);
        var timer = new OperationTimer(Points, line, EdgeWait);
        for (var i = 0; i < Points; i++)
        {
            var name = i % 2 == 0 ? OperationNames.Empty : work;
            await timer.TimeAsync(async c => (await board.MeasureAsync(name, 1, c).ConfigureAwait(false)).Sum, stop).ConfigureAwait(false);
        }

        var points = new List<(double, double)>();
        for (var i = 0; i < Points; i++)
        {
            if (double.IsFinite(timer.Trigger[i]) && new Quantity(timer.Trigger[i], line.Unit).TryConvert(Unit.Nanoseconds, out var pulse))
            {
                points.Add((timer.Device[i], pulse.Value));
            }
        }

        return points;
    }

    private async Task<string> LongestAsync(IReadOnlyCollection<string> firmware, CancellationToken stop)
    {
        var (longest, most) = (OperationNames.Empty, 0.0);
        foreach (var shared in (string[])["sha256", "present-key", "p256-mul", "modexp"])
        {
            // An ATmega takes minutes for an operation that other boards do in milliseconds: stop at the first that is long enough.
            if (most < Long / 4 && Declared.FirmwareNameOf(shared, firmware) is { } name)
            {
                var begun = Stopwatch.GetTimestamp();
                _ = await board.MeasureAsync(name, 1, stop).ConfigureAwait(false);
                var took = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                (longest, most) = took > most ? (name, took) : (longest, most);
            }
        }

        return longest;
    }

    private async Task<List<(double Ticks, double Nanoseconds)>> RoundTripsAsync(string work, int turns, CancellationToken stop)
    {
        var points = new List<(double, double)>();
        for (var i = 0; i < Points; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            var reply = await board.AskAsync(
                "MEASURE", [("op", i % 2 == 0 ? OperationNames.Empty : work), ("n", turns.ToString(CultureInfo.InvariantCulture))], stop).ConfigureAwait(false);
            var nanoseconds = (Stopwatch.GetTimestamp() - begun) * 1e9 / Stopwatch.Frequency;
            if (!reply.Values.TryGetValue("sum", out var sum) || !double.TryParse(sum, CultureInfo.InvariantCulture, out var ticks))
            {
                break;
            }

            points.Add((ticks, nanoseconds));
        }

        return points;
    }
}
