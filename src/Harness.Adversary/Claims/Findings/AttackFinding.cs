using Harness.Adversary.Claims.Weak;
using Harness.Schemes;

namespace Harness.Adversary.Claims.Findings;

/// <summary>An attack that decides a cell, told as a finding about MQTT-PRESENT, with its repair run where payloads alone have to change.</summary>
/// <param name="attack">The attack.</param>
/// <param name="id">Its name as a finding.</param>
/// <param name="repair">The cheapest repair, in words.</param>
/// <param name="repaired">The repair; null where more than payloads has to change.</param>
internal sealed class AttackFinding(Attack attack, string id, string repair, Func<IPayloadSealing>? repaired = null) : Finding
{
    public override AttackCard Card => attack.Card with { Id = id, Schemes = [SchemeNames.MqttPresent] };

    public override string Repair => repair;

    public override GroundOptions Prepare(GroundOptions options) => attack.Prepare(options);

    public override Task<AttackResult> RunAsync(Ground ground, CancellationToken cancellationToken) => attack.RunAsync(ground, cancellationToken);

    public override Task<AttackResult> RunControlAsync(Grounds grounds, CancellationToken cancellationToken) =>
        attack.RunControlAsync(grounds, cancellationToken);

    public override Task<AttackResult>? RunRepairedAsync(Grounds grounds, CancellationToken cancellationToken) =>
        repaired is null ? null : WeakGrounds.RunAsync(attack, grounds, repaired, cancellationToken);
}
