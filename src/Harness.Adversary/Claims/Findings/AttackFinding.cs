namespace Harness.Adversary.Claims.Findings;

/// <summary>An attack that decides a cell, told as a finding about MQTT-PRESENT, with its repair run where payloads alone have to change.</summary>
/// <param name="attack">The attack.</param>
/// <param name="repair">The cheapest repair, in words.</param>
/// <param name="repaired">The repair; null where more than payloads has to change.</param>
internal abstract class AttackFinding(Attack attack, string repair, Func<IPayloadSealing>? repaired = null) : Finding
{
    public override AttackDescription Description => attack.Description with { Schemes = [SchemeNames.MqttPresent] };

    public override string Repair => repair;

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) => attack.Prepare(options);

    public override Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken) => attack.RunAsync(testbed, cancellationToken);

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        attack.RunPositiveControlAsync(controls, cancellationToken);

    public override Task<AttackResult>? RunRepairedAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        repaired is null ? null : PositiveControl.RunAsync(attack, controls, repaired, cancellationToken);
}
