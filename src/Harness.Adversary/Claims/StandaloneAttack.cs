namespace Harness.Adversary.Claims;

/// <summary>An attack on a scheme whose devices do not log in by AugPAKE: it opens the parties that it needs itself, in place of an <see cref="AttackTestbed"/>.</summary>
public abstract class StandaloneAttack : Attack
{
    /// <summary>Runs it against the scheme.</summary>
    /// <param name="scene">The settings of the rig, seeded chance, and the place for a capture.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    public abstract Task<AttackResult> RunAsync(AttackScene scene, CancellationToken cancellationToken);

    /// <summary>Runs it against the weak setting; it must win.</summary>
    /// <inheritdoc cref="RunAsync(AttackScene, CancellationToken)" path="/param"/>
    public abstract Task<AttackResult> RunOnControlAsync(AttackScene scene, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public sealed override Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken) =>
        throw new InvalidOperationException($"{Id} opens what it needs itself: run it by {nameof(AttackRunner)}");

    /// <inheritdoc/>
    public sealed override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controls);
        return RunOnControlAsync(new AttackScene(controls.Options), cancellationToken);
    }
}

/// <summary>The given of a <see cref="StandaloneAttack"/>.</summary>
/// <param name="options">The settings of the rig: scheme, waits, parties (none of them in a control).</param>
public sealed class AttackScene(AttackTestbedOptions options)
{
    /// <summary>The settings of the rig.</summary>
    public AttackTestbedOptions Options { get; } = options;

    /// <summary>Decides what chance decides; seeded.</summary>
    public Random Random { get; } = new(options.Seed);

    /// <summary>Every byte that the adversary saw, for the record; none where the attack leaves none.</summary>
    public IReadOnlyList<CapturedBytes> Capture { get; set; } = [];
}
