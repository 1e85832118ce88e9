namespace Harness.Adversary.Claims.Findings;

/// <summary>A finding whose positive control is MQTT-PRESENT as published, in this process.</summary>
internal abstract class PublishedSchemeFinding : Finding
{
    /// <summary>Description of the positive control.</summary>
    protected const string PublishedScheme = "the scheme as published, in this process";

    public sealed override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken) =>
        PositiveControl.AsPublishedAsync(this, controls, SchemeNames.MqttPresent, cancellationToken);
}
