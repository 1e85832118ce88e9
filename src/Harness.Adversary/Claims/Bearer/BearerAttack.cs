namespace Harness.Adversary.Claims.Bearer;

/// <summary>An attack on a login that CONNECT carries whole, in a lab of its own. Devices are in this process: a board's part would be one HMAC.</summary>
internal abstract class BearerAttack : StandaloneAttack
{
    /// <summary>A topic of the device.</summary>
    protected const string Topic = "plant/level";

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Ever = TimeSpan.FromDays(365);

    public sealed override async Task<AttackResult> RunAsync(AttackScene scene, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var lab = await BearerLab.OpenAsync(clock => Make(scene, clock, isWeak: false), Longest, cancellationToken).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            try
            {
                return await AttackAsync(scene, lab, isWeak: false, cancellationToken).ConfigureAwait(false);
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
        var lab = await BearerLab.OpenAsync(clock => Make(scene, clock, isWeak: true), Longest, cancellationToken).ConfigureAwait(false);
        await using (lab.ConfigureAwait(false))
        {
            return await AttackAsync(scene, lab, isWeak: true, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Runs the attack; on the weak setting whatever was captured holds for a year, and nothing is ever taken back.</summary>
    protected abstract Task<AttackResult> AttackAsync(AttackScene scene, BearerLab lab, bool isWeak, CancellationToken cancellationToken);

    /// <summary>Text of a reading, seeded.</summary>
    protected static byte[] Reading(AttackScene scene) => Encoding.ASCII.GetBytes($"level {scene.Random.Next(100_000, 1_000_000)} mm");

    /// <summary>Tries a login, and tells how it ended.</summary>
    protected static async Task<(bool Entered, string Seen)> TryAsync(BearerLab lab, ConnectFields fields, CancellationToken cancellationToken)
    {
        var reason = await lab.TryAsync(fields, cancellationToken).ConfigureAwait(false);
        return (reason == ReasonCode.Success, $"CONNACK 0x{(byte)reason:x2}");
    }

    /// <summary>One honest login that the tap sees.</summary>
    /// <exception cref="InconclusiveException">It was refused: the attack has nothing to stand on.</exception>
    protected static async Task<MqttClient> HonestAsync(BearerLab lab, CancellationToken cancellationToken)
    {
        try
        {
            return await lab.ConnectAsync(lab.Bearer.Connect(), cancellationToken).ConfigureAwait(false);
        }
        catch (MqttRefusedException e)
        {
            throw new InconclusiveException("undisturbed login", "to be accepted", $"CONNACK 0x{(byte)e.Reason:x2}");
        }
    }

    /// <summary>An honest login that ends, and after a while one more.</summary>
    /// <param name="lab">The lab.</param>
    /// <param name="after">Time between the two, on the lab's clock.</param>
    /// <param name="connect">Gives the second CONNECT, at its time.</param>
    /// <param name="words">The second login in words.</param>
    /// <param name="cancellationToken">Ends every wait.</param>
    /// <param name="atOnce">Done when the honest one has left; null for nothing.</param>
    /// <exception cref="InconclusiveException">The honest one was refused.</exception>
    protected static async Task<AttackResult> AgainAsync(
        BearerLab lab, TimeSpan after, Func<ConnectFields> connect, string words, CancellationToken cancellationToken, Action? atOnce = null)
    {
        var honest = await HonestAsync(lab, cancellationToken).ConfigureAwait(false);
        await honest.DisposeAsync().ConfigureAwait(false);
        atOnce?.Invoke();
        lab.Clock.Advance(after);
        var (entered, seen) = await TryAsync(lab, connect(), cancellationToken).ConfigureAwait(false);
        return new AttackResult(entered, $"{words}: {seen}");
    }

    private static IBearer Make(AttackScene scene, LabClock clock, bool isWeak)
    {
        var lifetime = isWeak ? Ever : BearerLab.Lifetime;
        return scene.Options.Scheme == SchemeNames.Jwt ? new JwtBearer(clock, lifetime) : new OAuthBearer(clock, lifetime, keepsRevoked: isWeak);
    }
}
