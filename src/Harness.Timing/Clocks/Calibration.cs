using System.Globalization;
using System.Text;
using Harness.Record;

namespace Harness.Timing;

/// <summary>What a rig was found to be at the start of a measuring run. The floors travel with every number.</summary>
public sealed record Calibration
{
    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>What was tried, in order; a part that the rig lacks says so.</summary>
    public required IReadOnlyList<CalibrationPart> Parts { get; init; }

    /// <summary>A floor for each clock that the device has.</summary>
    public required IReadOnlyList<Floor> Floors { get; init; }

    /// <summary>The board's clock by the host's; null where they are not comparable.</summary>
    public ClockRate? Rate { get; init; }

    /// <summary>The floor of one clock; null where there is none.</summary>
    public Floor? FloorOf(ClockKind clock) => Floors.FirstOrDefault(f => f.Clock == clock);

    /// <summary>One line a part, then the floors.</summary>
    public string Render()
    {
        var text = new StringBuilder();
        foreach (var part in Parts)
        {
            text.AppendLine(part.ToString());
        }

        foreach (var floor in Floors)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"{"floor, " + floor.Clock.Word(),-22} {floor}");
        }

        return text.ToString().TrimEnd();
    }
}

/// <summary>One part of a calibration.</summary>
/// <param name="Name"><c>empty operation</c>, <c>serial echo</c>, <c>pin loopback</c>, <c>board frequency</c>.</param>
/// <param name="Clock">The clock; null where the part is not a duration.</param>
/// <param name="Summary">Its samples' numbers; null where it was not taken.</param>
/// <param name="Unit">Their unit.</param>
/// <param name="Words">What is said of it where there are no numbers, or beside them.</param>
public sealed record CalibrationPart(string Name, ClockKind? Clock, SampleSummary? Summary, Unit Unit, string? Words)
{
    /// <summary><c>serial echo, host      n 200  min 12.1  p50 14.0  p99 31.2  max 90.1 us</c>.</summary>
    public override string ToString()
    {
        var head = Clock is { } clock ? $"{Name}, {clock.Word()}" : Name;
        var numbers = Summary is not { } s ? ""
            : s.IsExact ? string.Create(CultureInfo.InvariantCulture, $"n {s.N}, always {s.Min:G9} {Unit.Symbol()}")
            : string.Create(CultureInfo.InvariantCulture, $"n {s.N}, min {s.Min:G4}, p50 {s.P50:G4}, p99 {s.P99:G4}, max {s.Max:G4} {Unit.Symbol()}");
        return $"{head,-22} {string.Join("; ", new[] { numbers, Words ?? "" }.Where(t => t.Length > 0))}";
    }
}
