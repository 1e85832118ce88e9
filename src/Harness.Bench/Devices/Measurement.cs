namespace Harness.Bench;

/// <summary>One operation, timed on the board, in its ticks.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="N">How often it ran.</param>
/// <param name="Minimum">Shortest.</param>
/// <param name="Maximum">Longest.</param>
/// <param name="Sum">Of all.</param>
public sealed record Measurement(string Operation, int N, long Minimum, long Maximum, long Sum);
