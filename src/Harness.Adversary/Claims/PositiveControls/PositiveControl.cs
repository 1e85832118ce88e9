namespace Harness.Adversary.Claims.PositiveControls;

/// <summary>Runs attacks on controls whose parties are other ones than the scheme's.</summary>
public static class PositiveControl
{
    /// <summary>Runs an attack where publisher and subscribers seal their own way; the broker passes payloads on as they are.</summary>
    public static Task<AttackResult> RunAsync(Attack attack, PositiveControlFactory controls, Func<IPayloadSealing> sealing, CancellationToken cancellationToken) =>
        RunAsync(attack, controls, inner => new SealingParty(inner, sealing()), null, cancellationToken);

    /// <summary>Runs an attack against the parties of the scheme as published, in this process: where that scheme itself is the weak setting.</summary>
    public static Task<AttackResult> AsPublishedAsync(Attack attack, PositiveControlFactory controls, string scheme, CancellationToken cancellationToken) =>
        OnAsync(attack, controls, options => options with { Scheme = scheme }, cancellationToken);

    /// <summary>Runs an attack where every party is wrapped.</summary>
    internal static async Task<AttackResult> RunAsync(
        Attack attack, PositiveControlFactory controls, Func<HostParty, PartyWrapper> wrap, Func<AttackTestbedOptions, AttackTestbedOptions>? change, CancellationToken cancellationToken)
    {
        var parties = new List<PartyWrapper>();
        try
        {
            return await OnAsync(
                attack, controls,
                options => (change?.Invoke(options) ?? options) with
                {
                    Scheme = SchemeNames.MqttPresent,
                    Party = (role, _) =>
                    {
                        var party = wrap(new HostParty(role));
                        parties.Add(party);
                        return new(party);
                    },
                },
                cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            parties.ForEach(p => p.Dispose());
        }
    }

    /// <summary>Runs an attack on a testbed changed somehow.</summary>
    public static Task<AttackResult> OnAsync(
        Attack attack, PositiveControlFactory controls, Func<AttackTestbedOptions, AttackTestbedOptions> change, CancellationToken cancellationToken) => controls.UseAsync(
        change,
        async testbed =>
        {
            var result = await attack.RunAsync(testbed, cancellationToken).ConfigureAwait(false);
            testbed.ThrowIfFaulted();
            return result;
        },
        cancellationToken);
}
