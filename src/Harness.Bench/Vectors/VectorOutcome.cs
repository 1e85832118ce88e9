namespace Harness.Bench.Vectors;

/// <summary>The status of a case on a device.</summary>
public enum CaseStatus
{
    /// <summary>Everything in the case was compared and agreed.</summary>
    Passed,

    /// <summary>A comparison differed, or the device refused a valid input or accepted an invalid one.</summary>
    Failed,

    /// <summary>The device cannot run the case, or not all of it.</summary>
    NotRun,
}

/// <summary>One difference.</summary>
/// <param name="Field">The compared key of the file, such as <c>Vc</c>.</param>
/// <param name="Step">The device's operation.</param>
/// <param name="Expected">The value in the file; at most its first 8 hex digits.</param>
/// <param name="Seen">The device's value; at most its first 8 hex digits.</param>
public sealed record VectorMismatch(string Field, string Step, string Expected, string Seen);

/// <summary>The outcome of a case on a device.</summary>
/// <param name="Case">The case.</param>
/// <param name="Status">Passed, failed, or not run.</param>
/// <param name="Mismatches">The differences, in the order they were seen; empty unless failed.</param>
/// <param name="Reasons">The reasons for which the case, or part of it, was not run.</param>
public sealed record VectorOutcome(
    VectorCase Case, CaseStatus Status, IReadOnlyList<VectorMismatch> Mismatches, IReadOnlyList<string> Reasons);
