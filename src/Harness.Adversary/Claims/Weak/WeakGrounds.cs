using Harness.Schemes;

namespace Harness.Adversary.Claims.Weak;

/// <summary>Runs attacks on grounds whose parties are other ones than the scheme's.</summary>
internal static class WeakGrounds
{
    /// <summary>Runs an attack where publisher and subscribers seal their own way; the broker passes payloads on as they are.</summary>
    public static Task<AttackResult> RunAsync(Attack attack, Grounds grounds, Func<IPayloadSealing> sealing, CancellationToken cancellationToken) =>
        RunAsync(attack, grounds, inner => new SealingParty(inner, sealing()), null, cancellationToken);

    /// <summary>Runs an attack against the parties of the scheme as published, in this process: where that scheme itself is the weak setting.</summary>
    public static Task<AttackResult> AsPublishedAsync(Attack attack, Grounds grounds, string scheme, CancellationToken cancellationToken) =>
        OnAsync(attack, grounds, options => options with { Scheme = scheme }, cancellationToken);

    /// <summary>Runs an attack where every party is wrapped.</summary>
    public static async Task<AttackResult> RunAsync(
        Attack attack, Grounds grounds, Func<HostParty, PartyWrapper> wrap, Func<GroundOptions, GroundOptions>? change, CancellationToken cancellationToken)
    {
        var parties = new List<PartyWrapper>();
        try
        {
            return await OnAsync(
                attack, grounds,
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

    /// <summary>Runs an attack on a ground changed somehow.</summary>
    public static Task<AttackResult> OnAsync(
        Attack attack, Grounds grounds, Func<GroundOptions, GroundOptions> change, CancellationToken cancellationToken) => grounds.UseAsync(
        change,
        async ground =>
        {
            var result = await attack.RunAsync(ground, cancellationToken).ConfigureAwait(false);
            ground.ThrowIfFaulted();
            return result;
        },
        cancellationToken);
}
