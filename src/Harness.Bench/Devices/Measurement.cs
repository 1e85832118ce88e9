namespace Harness.Bench.Devices;

/// <summary>Durations of one operation, measured by the board in its ticks.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="N">The number of runs.</param>
/// <param name="Minimum">The shortest run.</param>
/// <param name="Maximum">The longest run.</param>
/// <param name="Sum">The sum of all runs.</param>
public sealed record Measurement(string Operation, int N, long Minimum, long Maximum, long Sum);
