using Harness.Timing.Baselines;

namespace Harness.Bench.Measuring;

/// <summary>Measures one operation of one device: calibration, warm-up, then samples by every available clock.</summary>
public sealed class MeasureRun(TestBench bench)
{
    private const long QuietBytes = 64L << 20;
    private static readonly TimeSpan WarmUpFor = TimeSpan.FromMilliseconds(600);
    private static readonly TimeSpan YieldTime = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan ShowEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Runs the measurement.</summary>
    /// <param name="request">The measurement to run.</param>
    /// <param name="progress">Called a few times a second, on the measuring thread between two samples; null for none.</param>
    /// <param name="cancellationToken">Cancels the measurement between two samples.</param>
    /// <exception cref="InconclusiveException">The device has no such operation.</exception>
    /// <exception cref="RigErrorException">The rig broke.</exception>
    public async Task<MeasureResult> RunAsync(MeasureRequest request, Action<MeasureProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Samples, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(request.WarmUp);
        request = request with { Operation = bench.Drivers.Operations.NameOf(request.Operation) };
        var device = bench.Device(request.Device);
        _ = await bench.GetPartyAsync(request.Device, cancellationToken).ConfigureAwait(false); // an emulator reports edges only once it runs
        var edges = TriggerLines.Open(bench, device);
        try
        {
            var calibration = request.Calibrated;
            if (calibration is null && request.Calibrate)
            {
                progress?.Invoke(new MeasureProgress("calibrating", 0, request.Samples, null, Unit.Count));
                calibration = await new Calibrator(bench).RunAsync(request.Device, edges, cancellationToken).ConfigureAwait(false);
            }

            // Read before the operation takes the line exclusively.
            var fingerprint = await FingerprintAsync(device, edges, cancellationToken).ConfigureAwait(false);
            await using var operation = await OperationCatalog.OpenAsync(bench, request.Device, request.Operation, request.Bytes, cancellationToken).ConfigureAwait(false);
            var throttling = await HostConditions.ThrottlingAsync(cancellationToken).ConfigureAwait(false);
            var own = operation.Entry.HasTrigger ? edges : null;
            var timer = new OperationTimer(request.WarmUp + request.Samples, own);
            var unit = Calibrator.Unit(device.Entry);
            var declared = bench.Drivers.Operations.Find(request.Operation);
            var reference = device.Entry.Kind == DeviceKind.Host && operation.Entry.HasDeviceClock && declared is not null
                ? new ReferenceWorkload(declared.Attribute.Workload, request.WarmUp + request.Samples) : null;
            var (conditions, took) = await MeasuringThread.RunAsync(
                words =>
                {
                    var settled = device.Entry.Kind == DeviceKind.Host ? WarmUp(operation, reference, cancellationToken) : null;
                    using var quiet = new NoGcRegion(QuietBytes);
                    var milliseconds = Loop(request, operation, timer, reference, device.Entry, unit, progress, cancellationToken);
                    return ((IReadOnlyList<string>)[.. words, .. settled is null ? Array.Empty<string>() : [settled], quiet.Description()], milliseconds);
                },
                request.RealTime).ConfigureAwait(false);

            var parameters = declared?.ParametersOf(bench.Rig.GroupOf(device.Entry), bench.Rig.KeyBits, request.Bytes) ?? "";
            var series = Series(request, parameters, device, timer, reference, operation.Entry, own, calibration, unit, isPrimitive: declared is not { Attribute.Scope: not OperationScope.Primitive });
            return new MeasureResult
            {
                Request = request, Entry = operation.Entry, Series = series, Calibration = calibration, Fingerprint = fingerprint,
                Conditions =
                [
                    .. conditions, .. reference is null ? Array.Empty<string>() : [reference.Description()], .. own is GpioTriggerEdges line ? [line.Description] : Array.Empty<string>(),
                    .. HostConditions.Machine(), .. HostConditions.Governor(), throttling,
                ],
                Agreement = ClockComparison.DeviceAndTrigger(request.WarmUp, timer, series, own, device.Entry, fingerprint.ClockHz),
                HostAgreement = ClockComparison.HostAndTrigger(request.WarmUp, timer, series, own), TookMs = took,
            };
        }
        finally
        {
            if (edges is not null)
            {
                await edges.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gets the fingerprint of a device's measurements.</summary>
    public async ValueTask<Fingerprint> FingerprintAsync(BenchDevice device, ITriggerEdges? edges, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(device);
        var info = await bench.GetPartyAsync(device.Name, cancellationToken).ConfigureAwait(false) is SerialParty board ? board.Info : null;
        var driver = BenchDevice.DriverWord(device.Entry);
        return Fingerprint.Of(
            HostInfo.Current(), info?.Board ?? "host", info?.Build ?? "", info?.ClockHz ?? 0, edges is null ? driver : $"{driver}+trigger", bench.Rig.Broker.Kind);
    }

    /// <summary>
    /// Runs the operation until the runtime no longer recompiles it. Tiered compilation compiles frequent code a second and a third time, in the
    /// background and some 100 ms later; without this a short operation would be measured in code that is not its final one.
    /// </summary>
    private static string WarmUp(IMeasuredOperation operation, ReferenceWorkload? reference, CancellationToken stop)
    {
        const int AtOnce = 32;
        var begun = Stopwatch.GetTimestamp();
        var (runs, least) = (0, double.MaxValue);
        do
        {
            stop.ThrowIfCancellationRequested();
            var thrownAway = new OperationTimer(AtOnce);
            for (var i = 0; i < AtOnce && (i == 0 || Stopwatch.GetElapsedTime(begun) < WarmUpFor); i++, runs++)
            {
                Run(operation, thrownAway, stop);
            }

            least = Math.Min(least, thrownAway.Host.ToArray().Min());
            stop.WaitHandle.WaitOne(YieldTime); // gives the compiler's thread time on a single-processor machine
        }
        while (Stopwatch.GetElapsedTime(begun) < WarmUpFor);
        reference?.Fit(least);
        return FormattableString.Invariant($"{runs} runs before the warm-up, for {WarmUpFor.TotalMilliseconds:F0} ms, until the runtime had compiled them for good");
    }

    private static double Loop(
        MeasureRequest request, IMeasuredOperation operation, OperationTimer timer, ReferenceWorkload? reference, DeviceEntry entry, Unit unit,
        Action<MeasureProgress>? progress, CancellationToken stop)
    {
        var shown = Stopwatch.GetTimestamp();
        void Show(string state, int done)
        {
            if (progress is not null && Stopwatch.GetElapsedTime(shown) >= ShowEvery)
            {
                var values = operation.Entry.HasDeviceClock ? timer.Device : timer.Host;
                var from = Math.Min(request.WarmUp, values.Length);
                var taken = values[from..].ToArray();
                progress(new MeasureProgress(
                    state, done, request.Samples, taken.Length > 0 && !taken.Any(double.IsNaN) ? SampleSummary.Of(taken, entry.Provenance) : null,
                    operation.Entry.HasDeviceClock ? unit : Unit.Nanoseconds));
                shown = Stopwatch.GetTimestamp();
            }
        }

        for (var i = 0; i < request.WarmUp; i++)
        {
            stop.ThrowIfCancellationRequested();
            Run(operation, timer, stop);
            reference?.Take();
            Show("warming up", 0);
        }

        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < request.Samples; i++)
        {
            stop.ThrowIfCancellationRequested();
            Run(operation, timer, stop);
            reference?.Take();
            Show("measuring", i + 1);
        }

        return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
    }

    // An operation that completes synchronously stays on this thread; one that waits for a line is waited for here.
    private static void Run(IMeasuredOperation operation, OperationTimer timer, CancellationToken stop)
    {
        var run = operation.RunAsync(timer, stop);
        if (run.IsCompleted)
        {
            run.GetAwaiter().GetResult();
        }
        else
        {
            run.AsTask().GetAwaiter().GetResult();
        }
    }

    private static List<TimingSeries> Series(
        MeasureRequest request, string parameters, BenchDevice device, OperationTimer timer, ReferenceWorkload? reference, OperationEntry entry, ITriggerEdges? edges, Calibration? calibration, Unit unit,
        bool isPrimitive)
    {
        var list = new List<TimingSeries>();
        void Add(ClockKind clock, ReadOnlySpan<double> all, Unit of, Provenance provenance)
        {
            var values = all.ToArray();
            var speeds = reference?.Taken.ToArray();
            list.Add(new TimingSeries
            {
                Device = device.Name, Operation = entry.Name, Parameters = parameters, Clock = clock, Unit = of, Provenance = provenance,
                WarmUp = [.. values.Take(request.WarmUp).Where(double.IsFinite)], Values = [.. values.Skip(request.WarmUp).Where(double.IsFinite)],
                ReferenceWorkload = reference is null ? null
                    : new ReferenceWorkloadSamples(reference.Kind, [.. values.Zip(speeds!).Skip(request.WarmUp).Where(pair => double.IsFinite(pair.First)).Select(pair => pair.Second)]),
                Floor = calibration?.FloorOf(clock), LostEdges = clock == ClockKind.Trigger ? timer.LostEdges : 0,
                SequenceGaps = clock == ClockKind.Trigger ? timer.SequenceGaps : 0,
            });
        }

        if (entry.HasDeviceClock && !timer.Device.ToArray().All(double.IsNaN))
        {
            Add(ClockKind.Device, timer.Device, unit, device.Entry.Provenance);
        }

        if (edges is not null)
        {
            Add(ClockKind.Trigger, timer.Trigger, edges.Unit, edges.Provenance);
        }

        if (device.Entry.Kind != DeviceKind.Host || !isPrimitive)
        {
            Add(ClockKind.Host, timer.Host, Unit.Nanoseconds, Provenance.Host);
        }

        return list;
    }
}
