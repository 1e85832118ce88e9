using Harness.Record;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>Holds the clocks of one measurement against each other, sample by sample (design 8): a rig whose clocks disagree is broken.</summary>
internal static class ClockComparison
{
    /// <summary>Two crystal oscillators of 100 ppm each.</summary>
    public const double RealRateTolerance = 200e-6;

    /// <summary>
    /// Share of the samples that may lie beyond the floors where these are percentiles of what a real machine did. A stamp comes late now and
    /// then, more often the longer an operation is and the busier the machine; a clock that is wrong is wrong in every sample. The late ones are
    /// counted and said.
    /// </summary>
    public const double MayBeLate = 0.1;

    /// <summary>The device's counter against the pulses on its trigger line; null where one of them is missing.</summary>
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
            // Exact counts: a pulse is longer than t= by a constant of the image. The empty operation shows it; where nobody calibrated, it must be the
            // same every time. More than that is wrong; but a timer that is not the count itself begins anywhere within a step, here and there.
            var scale = timerOfInstructions ? entry.Driver.TicksPerInstruction() : 1;
            var longer = device.Floor is not null && trigger.Floor is not null
                ? (other.Value * scale) - own.Value : (pairs[0].Second * scale) - pairs[0].First;
            var step = timerOfInstructions ? new Floor(ClockKind.Device, 2, own.Unit, "a step of the timer, twice") : Floor.Exact(ClockKind.Device, own.Unit);
            return ClockAgreement.Compare(
                new ClockSamples([.. pairs.Select(p => p.First)], step),
                new ClockSamples([.. pairs.Select(p => (p.Second * scale) - longer)], Floor.Exact(ClockKind.Trigger, own.Unit)), edges.SharesDeviceTimeBase);
        }

        if (!exact && (device.Floor is null || trigger.Floor is null))
        {
            // Clocks that are not exact differ by what the rig adds, and nobody has measured that.
            return new(ClockAgreementKind.NotComparable, "device and trigger clock: not compared, without a calibration their floors are not known", double.NaN, double.NaN);
        }

        var late = exact ? 0 : MayBeLate;
        var rate = entry.Provenance == Provenance.Hardware ? RealRateTolerance : 0;
        if (own.Unit is Unit.Cycles or Unit.Ticks && other.Unit.IsTime() && clockHz > 0)
        {
            // A real board's counter against kernel timestamps: its stated rate turns one into the other.
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
    /// The host's round trips against the pulses within them; null where there are none, or where the trigger counts no time (an emulator's
    /// counts and the host's time are not comparable).
    /// </summary>
    /// <remarks>A round trip holds line and parser too, so it cannot equal the pulse; but it cannot be shorter.</remarks>
    public static ClockAgreement? HostAndTrigger(int warmUp, OperationTimer timer, IReadOnlyList<TimingSeries> series, ITriggerEdges? edges)
    {
        var trigger = series.FirstOrDefault(s => s.Clock == ClockKind.Trigger);
        return trigger is null || edges is null || !edges.Unit.IsTime() || Pairs(warmUp, timer.Host, timer.Trigger) is not { Count: > 0 } pairs
            ? null
            : ClockAgreement.Contain(
                new ClockSamples([.. pairs.Select(p => p.First)], new Floor(ClockKind.Host, 0, Unit.Nanoseconds, "a round trip")),
                new ClockSamples([.. pairs.Select(p => p.Second)], FloorOf(trigger, edges)), RealRateTolerance);
    }

    private static Floor FloorOf(TimingSeries trigger, ITriggerEdges edges) =>
        trigger.Floor ?? new Floor(ClockKind.Trigger, edges.Floor, edges.Unit, "the source's step");

    // Only operations that both clocks saw: a lost edge leaves a hole, and the samples beside it still say whether the clocks agree.
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
