namespace Harness.Adversary.Claims.DataIntegrity;

/// <summary>The attacks on this claim.</summary>
internal static class DataIntegrityAttacks
{
    public static IReadOnlyList<Attack> All { get; } = [new MutationsAtSubscriber(), new MutationsAtBroker(), new OtherTopic(), new BrokerForgery()];
}
