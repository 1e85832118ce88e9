namespace Harness.Bench.Measuring;

/// <summary>Compares the clocks of one measurement sample by sample; clocks that disagree mean a broken rig.</summary>
internal static class ClockComparison
{
    /// <summary>Tolerance of two crystal oscillators of 100 ppm each.</summary>
    public const double RealRateTolerance = 200e-6;

    /// <summary>
    /// Share of the samples that may differ by more than the floors, where the floors are percentiles measured on a real machine. A timestamp comes
    /// late now and then, more often the longer an operation is and the busier the machine; a wrong clock is wrong in every sample. Late samples are
    /// counted and reported.
    /// </summary>
    public const double MayBeLate = 0.1;

    /// <summary>Compares the device's counter with the pulses on its trigger line; null if one of them is missing.</summary>
    public static ClockAgreement? DeviceAndTrigger(
        int warmUp, OperationTimer timer, IReadOnlyList<TimingSeries> series, ITriggerEdges? edges, DeviceEntry entry, long clockHz)
    {
        var device = series.FirstOrDefault(s => s.Clock == ClockKind.Device);
        var trigger = series.FirstOrDefault(s => s.Clock == ClockKind.Trigger);
        if (device is null || trigger is null || edges is null || Pairs(warmUp, timer.Device, timer.Trigger) is not { Count: > 0 } pairs)
        {
            return null;
        }

        var exact = entry.Provenance is Provenance.EmulatedCycles or Provenance.EmulatedInstructions;
        var own = device.Floor ?? Floor.Exact(ClockKind.Device, device.Unit);
        var other = FloorOf(trigger, edges);
        var timerOfInstructions = own.Unit == Unit.Ticks && other.Unit == Unit.Instructions;
        if (exact && (own.Unit == other.Unit || timerOfInstructions))
        {
            // Exact counts: a pulse is longer than t= by a constant of the image, which the empty operation shows; without a calibration the
            // difference must be the same every time. A timer that is not the instruction count itself may also differ by one step at the start.
            var scale = timerOfInstructions ? entry.Emulator?.TicksPerInstruction ?? 1 : 1;
            var longer = device.Floor is not null && trigger.Floor is not null
                ? (other.Value * scale) - own.Value : (pairs[0].Second * scale) - pairs[0].First;
            var step = timerOfInstructions ? new Floor(ClockKind.Device, 2, own.Unit, "a step of the timer, twice") : Floor.Exact(ClockKind.Device, own.Unit);
            return ClockAgreement.Compare(
                new ClockSamples([.. pairs.Select(p => p.First)], step),
                new ClockSamples([.. pairs.Select(p => (p.Second * scale) - longer)], Floor.Exact(ClockKind.Trigger, own.Unit)), edges.SharesDeviceTimeBase);
        }

        if (!exact && (device.Floor is null || trigger.Floor is null))
        {
            // Clocks that are not exact differ by the rig's overhead, which was not measured.
            return new(ClockAgreementKind.NotComparable, "device and trigger clock: not compared, without a calibration their floors are not known", double.NaN, double.NaN);
        }

        var late = exact ? 0 : MayBeLate;
        var rate = entry.Provenance.IsOfRealBoard() ? RealRateTolerance : 0;
        if (own.Unit is Unit.Cycles or Unit.Ticks && other.Unit.IsTime() && clockHz > 0)
        {
            // A real board's counter against kernel timestamps: converted by the counter's stated rate.
            var tick = 1e9 / clockHz;
            return ClockAgreement.Compare(
                new ClockSamples([.. pairs.Select(p => p.First * tick)], own with { Value = own.Value * tick, Unit = Unit.Nanoseconds }),
                new ClockSamples([.. pairs.Select(p => p.Second)], other), edges.SharesDeviceTimeBase, rate, late);
        }

        return ClockAgreement.Compare(
            new ClockSamples([.. pairs.Select(p => p.First)], own), new ClockSamples([.. pairs.Select(p => p.Second)], other),
            edges.SharesDeviceTimeBase, rate, late);
    }

    /// <summary>
    /// Compares the host's round trips with the pulses within them; null without pulses, or where the trigger's unit is no time (an emulator's
    /// counts and the host's time are not comparable).
    /// </summary>
    /// <remarks>A round trip also holds line and parser, so it is longer than the pulse; where it seems shorter, the pulse's end was stamped late.</remarks>
    public static ClockAgreement? HostAndTrigger(int warmUp, OperationTimer timer, IReadOnlyList<TimingSeries> series, ITriggerEdges? edges)
    {
        var trigger = series.FirstOrDefault(s => s.Clock == ClockKind.Trigger);
        return trigger is null || edges is null || !edges.Unit.IsTime() || Pairs(warmUp, timer.Host, timer.Trigger) is not { Count: > 0 } pairs
            ? null
            : ClockAgreement.Contain(
                new ClockSamples([.. pairs.Select(p => p.First)], new Floor(ClockKind.Host, 0, Unit.Nanoseconds, "a round trip")),
                new ClockSamples([.. pairs.Select(p => p.Second)], FloorOf(trigger, edges)), RealRateTolerance, MayBeLate);
    }

    private static Floor FloorOf(TimingSeries trigger, ITriggerEdges edges) =>
        trigger.Floor ?? new Floor(ClockKind.Trigger, edges.Floor, edges.Unit, "the source's step");

    // Only operations that both clocks saw: a lost edge leaves a gap, and the other samples still compare.
    private static List<(double First, double Second)> Pairs(int warmUp, ReadOnlySpan<double> first, ReadOnlySpan<double> second)
    {
        var pairs = new List<(double, double)>();
        for (var i = warmUp; i < Math.Min(first.Length, second.Length); i++)
        {
            if (double.IsFinite(first[i]) && double.IsFinite(second[i]))
            {
                pairs.Add((first[i], second[i]));
            }
        }

        return pairs;
    }
}
