namespace Harness.Adversary.Claims.DataConfidentiality;

/// <summary>The attacks on this claim.</summary>
internal static class DataConfidentialityAttacks
{
    public static IReadOnlyList<Attack> All { get; } = [new PlaintextOnTheWire(), new EqualBlocks(), new EqualMessages()];
}
