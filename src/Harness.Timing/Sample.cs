using Harness.Record;

namespace Harness.Timing;

/// <summary>One measured value and everything that says what it is.</summary>
/// <param name="Device">The device, as the rig names it.</param>
/// <param name="Operation">The operation: <c>seal</c>.</param>
/// <param name="Value">The number.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Clock">The clock that took it.</param>
/// <param name="Provenance">Where it comes from.</param>
public sealed record Sample(
    string Device, string Operation, double Value, Unit Unit, ClockKind Clock, Provenance Provenance)
{
    /// <summary>The event that records it.</summary>
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
