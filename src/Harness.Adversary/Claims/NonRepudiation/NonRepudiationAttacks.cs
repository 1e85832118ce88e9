namespace Harness.Adversary.Claims.NonRepudiation;

/// <summary>The attacks on this claim.</summary>
internal static class NonRepudiationAttacks
{
    public static IReadOnlyList<Attack> All { get; } = [new SubscriberForgery()];
}
