namespace Harness.Timing;

/// <summary>One measured value with its device, operation, unit, clock and provenance.</summary>
/// <param name="Device">The device, as the rig names it.</param>
/// <param name="Operation">The operation: <c>seal</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Clock">The clock that measured it.</param>
/// <param name="Provenance">Its provenance.</param>
public sealed record Sample(
    string Device, string Operation, double Value, Unit Unit, ClockKind Clock, Provenance Provenance)
{
    /// <summary>Makes the event that records it.</summary>
    public SampleTaken ToEvent(string scenario) => new()
    {
        Scenario = scenario,
        Device = Device,
        Operation = Operation,
        Value = Value,
        Unit = Unit,
        Clock = Clock,
        Provenance = Provenance,
    };
}
