namespace Harness.Bench.Measuring;

/// <summary>
/// Measures charge and energy of one operation of a board: a meter in its supply is read without a pause while the operation runs again and again, and
/// its current is summed between the two edges of the board's trigger.
/// </summary>
public sealed class EnergyRun(TestBench bench)
{
    private const int MostValues = 4_000_000;
    private const int MostRuns = 20; // of each operation that is asked for
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
        var timer = new OperationTimer(request.WarmUp + (MostRuns * request.Samples), edges);
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
        var (lost, runs, found) = (0, 0, (EnergyWindows?)null);
        while (sampler.IsReading && runs < MostRuns * request.Samples && (found?.Charges.Count ?? 0) < request.Samples)
        {
            // Those that the meter missed are run again: on a busy machine its thread pauses longer than a short operation takes.
            for (var wanted = request.Samples - (found?.Charges.Count ?? 0); wanted > 0; wanted--, runs++)
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

                progress?.Invoke(Math.Min(runs + 1, request.Samples));
            }

            // A window counts only where the meter has a value from after it.
            var last = windows.Count == 0 ? 0 : windows.Max(w => w.To);
            for (var waiting = Stopwatch.StartNew(); sampler.IsReading && sampler.Latest <= last && waiting.Elapsed < ClosingLimit;)
            {
                await Task.Delay(meter.Conversion + TimeSpan.FromMilliseconds(1), stop).ConfigureAwait(false);
            }

            found = EnergyWindows.Of(sampler.Values(), meter.Conversion, meter.StepAmperes, idleEnd, windows);
        }

        var readings = sampler.End();
        var after = meter.ReadVoltage();
        if (found is null)
        {
            throw new RigErrorException(
                $"energy of {request.Operation}", "values of the meter while the board was idle and while it worked", $"{windows.Count} operations and {readings.Count} values, with gaps too long for the operations",
                nextCommand: "run it again when less runs on this machine");
        }

        return new EnergyResult
        {
            Request = request, Entry = operation.Entry, Meter = meter.Description, NoBoard = NoBoard(device, supply), Window = edges is null ? "the host's times around the operation" : "the edges of the trigger",
            Charges = found.Charges, Seconds = found.Seconds, IdleAmperes = found.IdleAmperes, Volts = (before + after) / 2, FloorCoulombs = found.FloorCoulombs, Sampling = found.Sampling,
            Lost = lost + found.Missed,
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

    private static long Now() => (long)(Stopwatch.GetTimestamp() * NanosecondsPerTick);
}
