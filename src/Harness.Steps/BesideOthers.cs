namespace Harness.Steps;

/// <summary>Marks a step class whose steps use devices that their sentences do not name, so that a scenario with one has the whole rig.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WholeRigAttribute : Attribute;

/// <summary>
/// Marks a step class whose steps judge durations: a scenario with one runs beside no other, unless the durations are exact counts of an emulator,
/// which nothing on this machine can change.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class TimedAttribute : Attribute;
