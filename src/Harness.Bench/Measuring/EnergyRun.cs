namespace Harness.Bench.Measuring;

/// <summary>
/// Measures charge and energy of one operation of a board: a meter in its supply is read without a pause while the operation runs again and again, and
/// its current is summed between the two edges of the board's trigger.
/// </summary>
public sealed class EnergyRun(TestBench bench)
{
    private const int MostValues = 4_000_000;
    private static readonly TimeSpan IdleFor = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ClosingLimit = TimeSpan.FromSeconds(5);
    private static readonly double NanosecondsPerTick = 1e9 / Stopwatch.Frequency;

    /// <summary>Runs the measurement.</summary>
    /// <param name="request">The measurement; the device's entry in the rig names its <c>supply:</c>.</param>
    /// <param name="progress">Called with the operations done; null for none.</param>
    /// <param name="cancellationToken">Cancels between two operations.</param>
    /// <exception cref="InconclusiveException">The device has no such operation, or no meter in its supply.</exception>
    /// <exception cref="RigErrorException">The meter or the device broke.</exception>
    public async Task<EnergyResult> RunAsync(MeasureRequest request, Action<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        request = request with { Operation = bench.Drivers.Operations.NameOf(request.Operation) };
        var device = bench.Device(request.Device);
        var supply = device.Entry.Supply ?? throw new InconclusiveException(
            $"supply of {device.Name}", "an INA219 or INA260 in it (supply: NAME of a sensor)", "none in the rig", nextCommand: "./harness sensors ina219");
        _ = await bench.GetPartyAsync(request.Device, cancellationToken).ConfigureAwait(false);
        var gpio = TriggerLines.Open(bench, device);
        try
        {
            await using var operation = await OperationCatalog.OpenAsync(bench, request.Device, request.Operation, request.Bytes, cancellationToken).ConfigureAwait(false);

            // An emulator's edges are in its own time, which the meter does not share.
            var edges = operation.Entry.HasTrigger ? gpio as GpioTriggerEdges : null;
            using var meter = bench.Sensors.OpenSupplyMeter(supply);
            return await MeasureAsync(request, device, supply, operation, edges, meter, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (HardwareException e)
        {
            throw new RigErrorException($"supply of {device.Name}", "a meter that answers", e.Message, nextCommand: e.NextCommand, inner: e);
        }
        finally
        {
            if (gpio is not null)
            {
                await gpio.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<EnergyResult> MeasureAsync(
        MeasureRequest request, BenchDevice device, string supply, IMeasuredOperation operation, GpioTriggerEdges? edges, SupplyMeter meter, Action<int>? progress,
        CancellationToken stop)
    {
        var timer = new OperationTimer(request.WarmUp + request.Samples, edges);
        for (var i = 0; i < request.WarmUp; i++)
        {
            stop.ThrowIfCancellationRequested();
            await operation.RunAsync(timer, stop).ConfigureAwait(false);
        }

        var before = meter.ReadVoltage();
        var windows = new List<(long From, long To)>();
        using var sampler = new SupplySampler(meter, MostValues);
        await Task.Delay(IdleFor, stop).ConfigureAwait(false);
        var idleEnd = Now();
        var lost = 0;
        for (var i = 0; i < request.Samples; i++)
        {
            stop.ThrowIfCancellationRequested();
            await operation.RunAsync(timer, stop).ConfigureAwait(false);
            var window = edges is null ? timer.LastHost : timer.LastPulse is { } pulse ? (pulse.Start, pulse.Start + pulse.Length) : default;
            if (window == default)
            {
                lost++;
            }
            else
            {
                windows.Add(window);
            }

            progress?.Invoke(i + 1);
        }

        // A window counts only where the meter has a value from after it.
        var last = windows.Count == 0 ? 0 : windows.Max(w => w.To);
        for (var waiting = Stopwatch.StartNew(); sampler.Latest <= last && waiting.Elapsed < ClosingLimit;)
        {
            await Task.Delay(meter.Conversion + TimeSpan.FromMilliseconds(1), stop).ConfigureAwait(false);
        }

        var values = sampler.End();
        lost += windows.RemoveAll(w => values.Count == 0 || w.To > values[^1].Nanoseconds);
        var after = meter.ReadVoltage();
        if (windows.Count == 0 || values.Count < 2)
        {
            throw new RigErrorException($"energy of {request.Operation}", "operations between two edges, and values of the meter", $"{windows.Count} operations, {values.Count} values");
        }

        // A line from the last value of the idle board to the first one of its work would count as idle what is not, as long as the meter's thread had no processor.
        idleEnd = values.Select(v => v.Nanoseconds).LastOrDefault(at => at <= idleEnd);
        if (idleEnd <= values[0].Nanoseconds)
        {
            throw new RigErrorException($"energy of {request.Operation}", "values of the meter while the board was idle", "one or none", nextCommand: "run it again when less runs on this machine");
        }

        var trace = new CurrentTrace(values);
        var length = (long)windows.Average(w => (double)(w.To - w.From));
        var idleAmperes = trace.Charge(trace.Begin, idleEnd) / ((idleEnd - trace.Begin) * 1e-9);
        return new EnergyResult
        {
            Request = request, Entry = operation.Entry, Meter = meter.Description, NoBoard = NoBoard(device, supply), Window = edges is null ? "the host's times around the operation" : "the edges of the trigger",
            Charges = [.. windows.Select(w => trace.Charge(w.From, w.To))], Seconds = [.. windows.Select(w => (w.To - w.From) * 1e-9)], IdleAmperes = idleAmperes,
            Volts = (before + after) / 2, FloorCoulombs = Floor(trace, idleEnd, length, idleAmperes, meter.StepAmperes), Sampling = trace.Interval, Lost = lost,
        };
    }

    private string? NoBoard(BenchDevice device, string supply)
    {
        string[] reasons =
        [
            .. bench.Rig.Sensors[supply].IsModel ? ["the meter is a model"] : Array.Empty<string>(),
            .. device.Entry.Kind == DeviceKind.Serial && device.Entry.Provenance != Provenance.Hardware ? [$"{device.Name} is no real board ({device.Entry.Provenance.Word()})"] : Array.Empty<string>(),
            .. HostConditions.IsVirtual && !bench.Rig.Sensors[supply].IsModel ? ["this machine is virtual"] : Array.Empty<string>(),
        ];
        return reasons.Length == 0 ? null : string.Join(", ", reasons);
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

    private static long Now() => (long)(Stopwatch.GetTimestamp() * NanosecondsPerTick);
}
