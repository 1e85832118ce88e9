namespace Harness.Bench.Measuring;

/// <summary>Measures the overhead a rig adds to every number: empty operation, serial echo and request, pin loopback, board frequency.</summary>
public sealed class Calibrator(TestBench bench)
{
    private const int WarmUp = 10; // the first runs wait for compilers, caches and page faults on both ends
    private const int EmptyRounds = 500;
    private const int EchoRounds = 200;
    private const int NoOperationRounds = 100; // the number at which a p99 is more than the largest sample
    private const int Loops = 50;
    private static readonly TimeSpan EdgeWait = TimeSpan.FromMilliseconds(500);

    /// <summary>Calibrates one device.</summary>
    /// <param name="nameOrRole">The device.</param>
    /// <param name="edges">Its trigger line, opened; null where there is none.</param>
    /// <param name="cancellationToken">Cancels the calibration.</param>
    public async Task<Calibration> RunAsync(string nameOrRole, ITriggerEdges? edges, CancellationToken cancellationToken)
    {
        var device = bench.Device(nameOrRole);
        var party = await bench.GetPartyAsync(nameOrRole, cancellationToken).ConfigureAwait(false);
        var parts = new List<CalibrationPart>();
        var floors = new List<Floor>();
        if (party is not SerialParty board)
        {
            Host(parts, floors);
            return new Calibration { Device = device.Name, Parts = parts, Floors = floors };
        }

        var unit = Unit(device.Entry);
        await EmptyAsync(board, device.Entry, unit, edges, parts, floors, cancellationToken).ConfigureAwait(false);
        await EchoAsync(board, parts, floors, cancellationToken).ConfigureAwait(false);
        await LoopbackAsync(board, edges, parts, cancellationToken).ConfigureAwait(false);
        var rate = await new BoardRate(board, device.Entry, unit, edges).RunAsync(parts, cancellationToken).ConfigureAwait(false);
        return new Calibration { Device = device.Name, Parts = parts, Floors = floors, Rate = rate };
    }

    /// <summary>Gets the unit of a device's ticks.</summary>
    public static Unit Unit(DeviceEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        return Units.TryParse(entry.TickUnit, out var unit) ? unit : Record.Unit.Ticks;
    }

    private static void Host(List<CalibrationPart> parts, List<Floor> floors)
    {
        var timer = new OperationTimer(2 * EmptyRounds);
        Action nothing = static () => { };
        for (var i = 0; i < 2 * EmptyRounds; i++)
        {
            timer.Time(nothing);
        }

        // The first half warms the code up.
        double[] values = timer.Host[EmptyRounds..].ToArray();
        parts.Add(new("empty operation", ClockKind.Host, SampleSummary.Of(values, Provenance.Host), Record.Unit.Nanoseconds, null));
        parts.Add(new("serial echo", null, null, Record.Unit.Nanoseconds, "none: the device is in this process"));
        parts.Add(new("pin loopback", null, null, Record.Unit.Nanoseconds, "none: the device is in this process"));
        parts.Add(new("clock", null, null, Record.Unit.Nanoseconds, $"CLOCK_MONOTONIC in steps of {1e9 / Stopwatch.Frequency:0.#} ns; device and host clock are one"));
        foreach (var clock in (ClockKind[])[ClockKind.Device, ClockKind.Host])
        {
            floors.Add(Floor.Of(clock, values, Record.Unit.Nanoseconds, "empty operations"));
        }
    }

    private static async Task EmptyAsync(
        SerialParty board, DeviceEntry entry, Unit unit, ITriggerEdges? edges, List<CalibrationPart> parts, List<Floor> floors, CancellationToken stop)
    {
        var exact = entry.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
        var firmware = await board.OperationsAsync(stop).ConfigureAwait(false);
        if (!firmware.Contains(OperationNames.Empty))
        {
            parts.Add(new("empty operation", null, null, unit, "this firmware has none (MEASURE op=empty)"));
            if (exact)
            {
                floors.Add(Floor.Exact(ClockKind.Device, unit));
            }

            return;
        }

        var timer = new OperationTimer(WarmUp + NoOperationRounds, edges, EdgeWait);
        for (var i = 0; i < WarmUp + NoOperationRounds; i++)
        {
            await timer.TimeAsync(async c => (await board.MeasureAsync(OperationNames.Empty, 1, c).ConfigureAwait(false)).Sum, stop).ConfigureAwait(false);
        }

        double[] ticks = timer.Device[WarmUp..].ToArray();
        parts.Add(new("empty operation", ClockKind.Device, SampleSummary.Of(ticks, entry.Provenance), unit, null));

        // An exact clock that gives the same value for every empty operation has an offset and no noise.
        Floor Of(ClockKind clock, double[] values, Unit of) => exact && SampleSummary.Of(values, entry.Provenance).IsExact
            ? new Floor(clock, values[0], of, "empty operation, exact") : Floor.Of(clock, values, of, "empty operations");
        floors.Add(Of(ClockKind.Device, ticks, unit));
        double[] pulses = edges is null ? [] : [.. timer.Trigger[WarmUp..].ToArray().Where(double.IsFinite)];
        if (pulses.Length > 0)
        {
            parts.Add(new("empty operation", ClockKind.Trigger, SampleSummary.Of(pulses, edges!.Provenance), edges.Unit, null));
            floors.Add(Of(ClockKind.Trigger, pulses, edges.Unit));
        }
    }

    private static async Task EchoAsync(SerialParty board, List<CalibrationPart> parts, List<Floor> floors, CancellationToken stop)
    {
        double[]? echoes;
        using (var line = await board.BeginDirectAsync(stop).ConfigureAwait(false))
        {
            echoes = line is null ? null : SerialEcho.Time(line, EchoRounds, stop);
        }

        // As every step and most operations ask: what these add to the line is noise of their numbers, and so is the floor.
        var timer = new OperationTimer(EchoRounds + SerialEcho.WarmUp);
        for (var i = 0; i < EchoRounds + SerialEcho.WarmUp; i++)
        {
            await timer.TimeAsync(
                async c =>
                {
                    await board.SenseAsync(c).ConfigureAwait(false);
                    return null;
                },
                stop).ConfigureAwait(false);
        }

        double[] requests = [.. timer.Host[SerialEcho.WarmUp..].ToArray().Select(ns => ns / 1000)];
        parts.Add(Part("serial echo", echoes ?? requests, echoes is null ? "by ordinary requests: this line is not read directly" : null));
        parts.Add(Part("serial request", requests, null));
        floors.Add(Floor.Of(ClockKind.Host, requests, Record.Unit.Microseconds, "serial requests"));

        static CalibrationPart Part(string name, double[] micros, string? words) =>
            new(name, ClockKind.Host, SampleSummary.Of(micros, Provenance.Host), Record.Unit.Microseconds, words);
    }

    private static async Task LoopbackAsync(SerialParty board, ITriggerEdges? edges, List<CalibrationPart> parts, CancellationToken stop)
    {
        if (edges is null)
        {
            parts.Add(new("pin loopback", null, null, Record.Unit.Microseconds, "no trigger line in this rig"));
            return;
        }

        // The host's round trip around both requests is longer than the pulse between them; this part also finds edges that do not come.
        await board.TriggerAsync(false, stop).ConfigureAwait(false);
        var reader = new PulseReader(edges);
        reader.Restart();
        var lengths = new List<double>();
        for (var i = 0; i < Loops; i++)
        {
            await board.TriggerAsync(true, stop).ConfigureAwait(false);
            await board.TriggerAsync(false, stop).ConfigureAwait(false);
            if (await reader.NextAsync(EdgeWait, stop).ConfigureAwait(false) is { } pulse)
            {
                lengths.Add(pulse.Length);
            }
        }

        if (lengths.Count == 0)
        {
            throw new RigErrorException(
                $"trigger line {edges.Name}", $"{2 * Loops} edges of {board.Info.Trigger} of {board.Name}", "none",
                nextCommand: $"picocom, then: TRIGGER level=1, and look at the wire from {board.Info.Trigger}");
        }

        var lost = Math.Max(reader.LostEdges, (Loops - lengths.Count) * 2);
        parts.Add(new(
            "pin loopback", ClockKind.Trigger, SampleSummary.Of(lengths, edges.Provenance), edges.Unit,
            lost == 0 ? "every edge seen" : $"{lost} edges lost"));
    }
}
