using Harness.Mqtt;

namespace Harness.Adversary.Claims;

/// <summary>An attack and its control, both run.</summary>
/// <param name="Attack">The attack.</param>
/// <param name="Result">Against the scheme.</param>
/// <param name="Control">Against the weak setting.</param>
/// <param name="Capture">Every byte at the tap of the run against the scheme; empty where the attack used none.</param>
public sealed record AttackRun(Attack Attack, AttackResult Result, AttackResult Control, IReadOnlyList<CapturedBytes> Capture)
{
    /// <summary>Runs an attack and its control, each on its own ground with the attack's seed.</summary>
    /// <param name="attack">The attack.</param>
    /// <param name="options">The rig's: scheme, parties, waits.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    /// <exception cref="ArgumentException">The attack is not about this scheme.</exception>
    /// <exception cref="Record.InconclusiveException">It could not tell.</exception>
    /// <exception cref="Record.RigErrorException">The rig broke.</exception>
    public static async Task<AttackRun> RunAsync(Attack attack, GroundOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attack);
        ArgumentNullException.ThrowIfNull(options);
        if (!attack.Schemes.Contains(options.Scheme))
        {
            throw new ArgumentException($"{attack.Id} is about {string.Join(", ", attack.Schemes)}, not {options.Scheme}", nameof(options));
        }

        var seeded = attack.Prepare(options) with { Seed = attack.Seed };
        AttackResult result;
        IReadOnlyList<CapturedBytes> capture;
        var ground = await Ground.OpenAsync(seeded, cancellationToken).ConfigureAwait(false);
        await using (ground.ConfigureAwait(false))
        {
            result = await attack.RunAsync(ground, cancellationToken).ConfigureAwait(false);
            ground.ThrowIfFaulted();
            capture = ground.Proxy.Capture;
        }

        var control = await attack.RunControlAsync(new Grounds(seeded), cancellationToken).ConfigureAwait(false);
        return new AttackRun(attack, result, control, capture);
    }
}
