using Harness.Timing.Baselines;

namespace Harness.Bench.Measuring;

/// <summary>A request for a measurement.</summary>
/// <param name="Device">Device or role.</param>
/// <param name="Operation">One of the device's operations.</param>
/// <param name="Samples">The number of samples, at least 1.</param>
public sealed record MeasureRequest(string Device, string Operation, int Samples)
{
    /// <summary>Runs before the first sample, kept apart.</summary>
    public int WarmUp { get; init; } = 20;

    /// <summary>Payload bytes of seal, open and publish-receive.</summary>
    public int Bytes { get; init; } = 16;

    /// <summary>True to calibrate the rig first.</summary>
    public bool Calibrate { get; init; } = true;

    /// <summary>A calibration of the same device from the same run, used instead of a new one; null takes one if <see cref="Calibrate"/> is true.</summary>
    public Calibration? Calibrated { get; init; }

    /// <summary>Seed of every statistic that uses random numbers.</summary>
    public ulong Seed { get; init; } = Bootstrap.DefaultSeed;

    /// <summary>True to pin the measuring thread and give it real-time priority, as far as the system allows it.</summary>
    public bool RealTime { get; init; } = true;
}

/// <summary>Progress of a measuring run.</summary>
/// <param name="State"><c>calibrating</c>, <c>warming up</c>, <c>measuring</c>.</param>
/// <param name="Done">Samples taken.</param>
/// <param name="Of">Samples asked for.</param>
/// <param name="Running">Summary of the samples so far, by the clock of the finest resolution; null before the first.</param>
/// <param name="Unit">Unit of the summary.</param>
public sealed record MeasureProgress(string State, int Done, int Of, SampleSummary? Running, Unit Unit);

/// <summary>The result of a measurement.</summary>
public sealed record MeasureResult
{
    /// <summary>The request.</summary>
    public required MeasureRequest Request { get; init; }

    /// <summary>The operation.</summary>
    public required OperationEntry Entry { get; init; }

    /// <summary>One series for each clock that was available: device, trigger, host.</summary>
    public required IReadOnlyList<TimingSeries> Series { get; init; }

    /// <summary>The calibration of the rig before the first sample; null if none was asked for.</summary>
    public required Calibration? Calibration { get; init; }

    /// <summary>The fingerprint, which must be equal for two results to be compared.</summary>
    public required Fingerprint Fingerprint { get; init; }

    /// <summary>Conditions of the measurement, in sentences: pinning, priority, governor, throttling, garbage collections, and what the system refused.</summary>
    public required IReadOnlyList<string> Conditions { get; init; }

    /// <summary>Agreement of device and trigger clock; null if one of them is missing.</summary>
    public required ClockAgreement? Agreement { get; init; }

    /// <summary>Agreement of host and trigger clock, where both run on real time; null elsewhere.</summary>
    public ClockAgreement? HostAgreement { get; init; }

    /// <summary>Duration of the sampling in milliseconds, without warm-up and calibration.</summary>
    public required double TookMs { get; init; }

    /// <summary>The main series: the device's clock if there is one, otherwise the host's.</summary>
    public TimingSeries Main => Series.FirstOrDefault(s => s.Clock == ClockKind.Device) ?? Series[0];

    /// <summary>Gets the series of one clock; null if there is none.</summary>
    public TimingSeries? SeriesOf(ClockKind clock) => Series.FirstOrDefault(s => s.Clock == clock);
}
