namespace Harness.Brokers.Audit;

/// <summary>Those who are there to try with.</summary>
/// <param name="Plain">The way that takes plain MQTT.</param>
/// <param name="Owner">The operator's user; null where none comes in.</param>
/// <param name="Strangers">True where whoever has no user comes in.</param>
internal sealed record AuditParties(AuditPath Plain, AuditTarget? Owner, bool Strangers)
{
    /// <summary>The one who is tried: a stranger, where strangers come in, else the operator's user.</summary>
    public AuditTarget? Tried => Strangers ? null : Owner;
}
