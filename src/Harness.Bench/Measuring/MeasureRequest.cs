using Harness.Record;
using Harness.Timing;

namespace Harness.Bench.Measuring;

/// <summary>What to measure.</summary>
/// <param name="Device">Device or role.</param>
/// <param name="Operation">One of the device's operations.</param>
/// <param name="Samples">How many, at least 1.</param>
public sealed record MeasureRequest(string Device, string Operation, int Samples)
{
    /// <summary>Runs before the first sample, kept apart.</summary>
    public int WarmUp { get; init; } = 20;

    /// <summary>Payload bytes of seal, open and publish-receive.</summary>
    public int Bytes { get; init; } = 16;

    /// <summary>Whether the rig is calibrated first.</summary>
    public bool Calibrate { get; init; } = true;

    /// <summary>A calibration of the same device in the same run, which then holds; null takes one where <see cref="Calibrate"/> says so.</summary>
    public Calibration? Calibrated { get; init; }

    /// <summary>Seed of every statistic that draws.</summary>
    public ulong Seed { get; init; } = Bootstrap.DefaultSeed;

    /// <summary>Whether the measuring thread is pinned and made real-time where that is allowed.</summary>
    public bool RealTime { get; init; } = true;
}

/// <summary>How far a measuring run has come.</summary>
/// <param name="State"><c>calibrating</c>, <c>warming up</c>, <c>measuring</c>.</param>
/// <param name="Done">Samples taken.</param>
/// <param name="Of">Samples asked for.</param>
/// <param name="Running">Summary of what was taken so far by the finest clock; null before the first.</param>
/// <param name="Unit">Its unit.</param>
public sealed record MeasureProgress(string State, int Done, int Of, SampleSummary? Running, Unit Unit);

/// <summary>What was measured.</summary>
public sealed record MeasureResult
{
    /// <summary>What was asked.</summary>
    public required MeasureRequest Request { get; init; }

    /// <summary>The operation.</summary>
    public required OperationEntry Entry { get; init; }

    /// <summary>One series a clock: device, trigger, host, as far as there are any.</summary>
    public required IReadOnlyList<TimingSeries> Series { get; init; }

    /// <summary>The rig, before the first sample; null where it was not asked for.</summary>
    public required Calibration? Calibration { get; init; }

    /// <summary>What must be the same for a comparison.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>Where it was measured, in sentences: pinning, priority, governor, throttling, garbage collections, and what was refused.</summary>
    public required IReadOnlyList<string> Conditions { get; init; }

    /// <summary>Device against trigger clock; null where one of them is missing.</summary>
    public required ClockAgreement? Agreement { get; init; }

    /// <summary>Host against trigger clock, where both run on real time; null elsewhere.</summary>
    public ClockAgreement? HostAgreement { get; init; }

    /// <summary>Milliseconds the samples took, warm-up and calibration not counted.</summary>
    public required double TookMs { get; init; }

    /// <summary>The series that says most: the device's clock where there is one, else the host's.</summary>
    public TimingSeries Main => Series.FirstOrDefault(s => s.Clock == ClockKind.Device) ?? Series[0];

    /// <summary>The series of one clock; null where there is none.</summary>
    public TimingSeries? SeriesOf(ClockKind clock) => Series.FirstOrDefault(s => s.Clock == clock);
}
