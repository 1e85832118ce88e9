namespace Harness.Adversary.Claims.Esfahani;

/// <summary>An attack on the equations of Esfahani et al. 2019, in a lab of its own.</summary>
internal abstract class EsfahaniAttack : StandaloneAttack
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The source of every attack here: the equations themselves.</summary>
    protected const string Equations = "the equations of Esfahani et al. 2019 as a third party's program has them; the argument is ours";

    public sealed override async Task<AttackResult> RunAsync(AttackScene scene, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var lab = await EsfahaniLab.OpenAsync(scene.Options.Timeout > Longest ? scene.Options.Timeout : Longest, cancellationToken).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            try
            {
                return await AttackAsync(new EsfahaniScene(scene, lab, isWeak: false), cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                scene.Capture = lab.Capture;
            }
        }
    }

    public sealed override async Task<AttackResult> RunOnControlAsync(AttackScene scene, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var lab = await EsfahaniLab.OpenAsync(Longest, cancellationToken).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            return await AttackAsync(new EsfahaniScene(scene, lab, isWeak: true), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the attack.</summary>
    protected abstract Task<AttackResult> AttackAsync(EsfahaniScene scene, CancellationToken cancellationToken);
}

/// <summary>The lab of one attack and those who take part.</summary>
/// <param name="scene">Settings and chance.</param>
/// <param name="lab">The lab.</param>
/// <param name="isWeak">True on the weak setting of the control.</param>
internal sealed class EsfahaniScene(AttackScene scene, EsfahaniLab lab, bool isWeak)
{
    private const int Names = 1000;

    /// <summary>The lab.</summary>
    public EsfahaniLab Lab => lab;

    /// <summary>True on the weak setting of the control.</summary>
    public bool IsWeak => isWeak;

    /// <summary>Every name that a sensor of a lab may have: what somebody guesses who knows how labs name their sensors.</summary>
    public static IEnumerable<string> Dictionary => Enumerable.Range(0, Names).Select(n => $"sensor-{n:000}");

    /// <summary>The publisher of the rig as a registered sensor; on the control one in this process.</summary>
    /// <exception cref="InconclusiveException">The device does not run the scheme.</exception>
    public async Task<(IEsfahaniSensor Sensor, string Client)> VictimAsync(CancellationToken cancellationToken)
    {
        var sensor = scene.Options.Party is { } make
            ? (await make(AttackRoles.Publisher, cancellationToken).ConfigureAwait(false)).Esfahani
                ?? throw new InconclusiveException("publisher", $"a sensor of {SchemeNames.Esfahani2019}", "a device without it", nextCommand: $"./harness claims --scheme {SchemeNames.Esfahani2019} --publisher host")
            : new EsfahaniSensor(AttackRoles.Publisher);
        var client = NewName();
        await sensor.PutAsync(lab.Register(client), cancellationToken).ConfigureAwait(false);
        return (sensor, client);
    }

    /// <summary>A sensor of the adversary's own, registered like every other.</summary>
    public async Task<(IEsfahaniSensor Sensor, string Client)> InsiderAsync(CancellationToken cancellationToken)
    {
        var (sensor, client) = (new EsfahaniSensor("insider"), "insider");
        await sensor.PutAsync(lab.Register(client), cancellationToken).ConfigureAwait(false);
        return (sensor, client);
    }

    /// <summary>A login that nobody disturbs.</summary>
    /// <exception cref="InconclusiveException">It failed: the attack has nothing to stand on.</exception>
    public async Task<EsfahaniRun> LogInAsync(IEsfahaniSensor sensor, CancellationToken cancellationToken)
    {
        var run = await lab.LogInAsync(sensor, cancellationToken).ConfigureAwait(false);
        return run.Agreed && run.Messages.Count == 3 ? run : throw new InconclusiveException("undisturbed login", "the same key on both sides", run.Refused ?? "other keys");
    }

    /// <summary>PSK as the insider gets it: from a login of its own, or on the control from the server.</summary>
    public async Task<byte[]> StolenPskAsync(CancellationToken cancellationToken)
    {
        var (sensor, client) = await InsiderAsync(cancellationToken).ConfigureAwait(false);
        return isWeak ? lab.Router.HandOut() : EsfahaniEavesdropper.Psk(await LogInAsync(sensor, cancellationToken).ConfigureAwait(false), EsfahaniFormulas.Identity(client));
    }

    private string NewName() => $"sensor-{scene.Random.Next(Names):000}";
}
