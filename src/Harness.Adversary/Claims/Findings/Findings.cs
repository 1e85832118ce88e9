namespace Harness.Adversary.Claims.Findings;

/// <summary>What the papers leave open or get wrong, each reproduced by a run.</summary>
public static class Findings
{
    /// <summary>All.</summary>
    public static IReadOnlyList<Finding> All { get; } =
    [
        .. HandshakeFindings.All,
        .. PayloadFindings.All,
    ];
}
