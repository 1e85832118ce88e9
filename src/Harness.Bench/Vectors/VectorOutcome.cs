namespace Harness.Bench.Vectors;

/// <summary>What became of a case on a device.</summary>
public enum CaseStatus
{
    /// <summary>Everything in it was compared and agreed.</summary>
    Passed,

    /// <summary>Something was compared and differed, or the device refused what it must take or took what it must refuse.</summary>
    Failed,

    /// <summary>The device cannot run it, or not all of it.</summary>
    NotRun,
}

/// <summary>One difference.</summary>
/// <param name="Field">The key of the file that it was compared with, such as <c>Vc</c>.</param>
/// <param name="Step">What the device did.</param>
/// <param name="Expected">What the file says; at most the first 8 hex digits of a value.</param>
/// <param name="Seen">What the device gave; at most the first 8 hex digits of a value.</param>
public sealed record VectorMismatch(string Field, string Step, string Expected, string Seen);

/// <summary>What a device made of a case.</summary>
/// <param name="Case">The case.</param>
/// <param name="Status">Passed, failed, or not run.</param>
/// <param name="Mismatches">The differences, in the order they were seen; empty unless failed.</param>
/// <param name="Reasons">Why it, or part of it, was not run.</param>
public sealed record VectorOutcome(
    VectorCase Case, CaseStatus Status, IReadOnlyList<VectorMismatch> Mismatches, IReadOnlyList<string> Reasons);
