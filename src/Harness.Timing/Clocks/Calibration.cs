using System.Text;

namespace Harness.Timing.Clocks;

/// <summary>The clocks of a rig as measured at the start of a run. Their floors accompany every number.</summary>
public sealed record Calibration
{
    /// <summary>The device.</summary>
    public required string Device { get; init; }

    /// <summary>The parts of the calibration, in order; a part that the rig lacks says so.</summary>
    public required IReadOnlyList<CalibrationPart> Parts { get; init; }

    /// <summary>A floor for each clock that the device has.</summary>
    public required IReadOnlyList<Floor> Floors { get; init; }

    /// <summary>The board's clock rate by the host's clock; null where they are not comparable.</summary>
    public ClockRate? Rate { get; init; }

    /// <summary>Gets the floor of one clock; null where there is none.</summary>
    public Floor? FloorOf(ClockKind clock) => Floors.FirstOrDefault(f => f.Clock == clock);

    /// <summary>Gets one line a part, then the floors.</summary>
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
/// <param name="Name"><c>empty operation</c>, <c>serial echo</c> (the line by itself), <c>serial request</c> (as steps ask), <c>pin loopback</c>, <c>board frequency</c>.</param>
/// <param name="Clock">The clock; null where the part measures no duration.</param>
/// <param name="Summary">The summary of its samples; null where it was not measured.</param>
/// <param name="Unit">Their unit.</param>
/// <param name="Description">A note where there are no numbers, or beside them.</param>
public sealed record CalibrationPart(string Name, ClockKind? Clock, SampleSummary? Summary, Unit Unit, string? Description)
{
    /// <summary>Gets one line: <c>serial echo, host      n 200  min 12.1 µs, p50 14 µs, p99 31.2 µs, max 90.1 µs</c>.</summary>
    public override string ToString()
    {
        var head = Clock is { } clock ? $"{Name}, {clock.Word()}" : Name;
        var numbers = Summary is not { } s ? ""
            : s.IsExact ? $"n {s.N}, always {ReadableNumber.Format(s.Min, Unit, exact: true)}"
            : $"n {s.N}, min {Text(s.Min)}, p50 {Text(s.P50)}, p99 {Text(s.P99)}, max {Text(s.Max)}";
        return $"{head,-22} {string.Join("; ", new[] { numbers, Description ?? "" }.Where(t => t.Length > 0))}";
    }

    private string Text(double value) => ReadableNumber.Format(value, Unit);
}
