namespace Harness.Adversary.Claims;

/// <summary>Runs one attack on the rig's devices, its positive control, and a finding's repair: the one way for features, claims and tests.</summary>
/// <remarks>However the run ends, what is known by then is kept: an attack that left no trace would let its cell hold by the others alone.</remarks>
/// <param name="attack">The attack.</param>
/// <param name="options">The rig's: scheme, parties, waits.</param>
public sealed class AttackRunner(Attack attack, AttackTestbedOptions options)
{
    private readonly AttackTestbedOptions _options = attack.Prepare(options) with { Seed = attack.Seed };

    /// <summary>The attack.</summary>
    public Attack Attack => attack;

    /// <summary>The scheme that it is run on.</summary>
    public string Scheme => options.Scheme;

    /// <summary>The end on the rig's devices; null before, and where it could not tell.</summary>
    public AttackResult? Result { get; private set; }

    /// <summary>The end on the weakened setting, where it must win; null where that could not be told.</summary>
    public AttackResult? Control { get; private set; }

    /// <summary>The reason for which the positive control could not be told.</summary>
    public string ControlTrouble { get; private set; } = "it did not run";

    /// <summary>The end of a finding with its repair on; null where it has none here.</summary>
    public AttackResult? Repaired { get; private set; }

    /// <summary>Every byte at the tap of the run on the rig's devices, also of one that threw; empty where it used none.</summary>
    public IReadOnlyList<CapturedBytes> Capture { get; private set; } = [];

    /// <summary>Runs all three.</summary>
    /// <exception cref="InconclusiveException">The attack could not tell, or is not about this scheme.</exception>
    /// <exception cref="RigErrorException">The rig broke.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!attack.Schemes.Contains(options.Scheme))
        {
            throw new InconclusiveException($"attack {attack.Id}", $"one of {string.Join(", ", attack.Schemes)}", options.Scheme, nextCommand: "./harness claims --list");
        }

        await RunAttackAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Control = await attack.RunPositiveControlAsync(new PositiveControlFactory(_options), cancellationToken).ConfigureAwait(false);
        }
        catch (InconclusiveException e)
        {
            ControlTrouble = e.Message;
        }

        if ((attack as Finding)?.RunRepairedAsync(new PositiveControlFactory(_options), cancellationToken) is { } repairing)
        {
            Repaired = await repairing.ConfigureAwait(false);
        }
    }

    /// <summary>Runs an attack, its positive control and its repair.</summary>
    /// <inheritdoc cref="RunAsync(CancellationToken)" path="/exception"/>
    public static async Task<AttackRunner> RunAsync(Attack attack, AttackTestbedOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(attack);
        var runner = new AttackRunner(attack, options);
        await runner.RunAsync(cancellationToken).ConfigureAwait(false);
        return runner;
    }

    /// <summary>Runs the attack alone.</summary>
    /// <inheritdoc cref="RunAsync(CancellationToken)" path="/exception"/>
    internal async Task<AttackResult> RunAttackAsync(CancellationToken cancellationToken)
    {
        if (attack is StandaloneAttack standalone)
        {
            var scene = new AttackScene(_options);
            try
            {
                return Result = await standalone.RunAsync(scene, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                Capture = scene.Capture;
            }
        }

        var testbed = await AttackTestbed.OpenAsync(_options, cancellationToken).ConfigureAwait(false);
        await using (testbed.ConfigureAwait(false))
        {
            try
            {
                var result = await attack.RunAsync(testbed, cancellationToken).ConfigureAwait(false);

                // After a fault of the harness around broker or tap no observation proves anything.
                testbed.ThrowIfFaulted();
                return Result = result;
            }
            finally
            {
                Capture = testbed.Proxy.Capture;
            }
        }
    }
}
