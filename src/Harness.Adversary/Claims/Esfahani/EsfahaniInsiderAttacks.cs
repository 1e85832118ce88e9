using static Harness.Schemes.Esfahani.EsfahaniFormulas;

namespace Harness.Adversary.Claims.Esfahani;

/// <summary>Plays another sensor: a router knows sensors by PSK alone.</summary>
[Attack("ma-insider-plays-sensor")]
internal sealed class InsiderPlaysSensor : EsfahaniAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Esfahani,
        Cell = new(Claim.MutualAuthentication),
        Precondition = "owns one sensor of the lab, and knows the name of another",
        Summary = "logs its own sensor in once, computes PSK = f3 ⊕ M1' ⊕ h(ID), makes up an f1, and logs in under the other's name",
        Observation = "the router takes it for the other sensor, with the same key on both sides",
        Reference = Equations,
        Control = "a server that hands PSK out",
    };

    protected override async Task<AttackResult> AttackAsync(EsfahaniScene scene, CancellationToken cancellationToken)
    {
        var (_, client) = await scene.VictimAsync(cancellationToken).ConfigureAwait(false);
        var psk = await scene.StolenPskAsync(cancellationToken).ConfigureAwait(false);
        var f1 = RandomNumberGenerator.GetBytes(Size);
        var sensor = new EsfahaniSensor("adversary");
        await sensor.PutAsync(new EsfahaniCredentials(client, H(f1), Xor(psk, f1)), cancellationToken).ConfigureAwait(false);
        var run = await scene.Lab.LogInAsync(sensor, cancellationToken).ConfigureAwait(false);
        return run.Agreed && run.Client == client
            ? AttackResult.Win($"the router has a session of {run.Client} with SK {run.AtRouter}, and so has the adversary")
            : AttackResult.Loss(run.Refused ?? $"the router took it for {run.Client}");
    }
}

/// <summary>Plays the router to another sensor.</summary>
[Attack("mitm-insider-plays-router")]
internal sealed class InsiderPlaysRouter : EsfahaniAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Esfahani,
        Cell = new(Claim.ManInTheMiddle, "handshake"),
        Precondition = "owns one sensor of the lab, and stands where another sensor looks for its router",
        Summary = "logs its own sensor in once, computes PSK, and answers the other sensor as a router does",
        Observation = "the other sensor takes it for its router, with the same key on both sides",
        Reference = Equations,
        Control = "a server that hands PSK out",
    };

    protected override async Task<AttackResult> AttackAsync(EsfahaniScene scene, CancellationToken cancellationToken)
    {
        var (victim, client) = await scene.VictimAsync(cancellationToken).ConfigureAwait(false);
        var router = new EsfahaniRouter(await scene.StolenPskAsync(cancellationToken).ConfigureAwait(false));
        EsfahaniLoginAtRouter? login = null;
        byte[]? first = null;
        var rogue = await RogueRouter.StartAsync(
            message =>
            {
                first = message;
                login = router.Take(message);
                return login?.Second ?? new byte[SecondLength];
            },
            cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            var run = await scene.Lab.LogInAsync(victim, rogue.Endpoint, cancellationToken).ConfigureAwait(false);
            using var _ = login;
            if (login is null || first is null || run.Fingerprint is null)
            {
                return AttackResult.Loss(run.Refused ?? "message 1 does not open under the PSK that was computed");
            }

            var key = EsfahaniEavesdropper.Open(run with { Messages = [first, login.Second] }, router.HandOut()).Fingerprint;
            return new AttackResult(key == run.Fingerprint && login.Client == client, $"{client} logged in at a rogue router that knows its name and has SK {key}, of the sensor {run.Fingerprint}");
        }
    }
}

/// <summary>Computes the session key of another sensor from its recorded login.</summary>
[Attack("dc-one-login-opens-all")]
internal sealed class OneLoginOpensAll : EsfahaniAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Esfahani,
        Cell = new(Claim.DataConfidentiality),
        Precondition = "owns one sensor of the lab, and recorded a login of another, before or after",
        Summary = "logs its own sensor in once, computes PSK, and with it R1, ID, R2 and SK of the recorded login",
        Observation = "the key is the one that the other sensor has: whatever it protects can be read",
        Reference = Equations,
        Control = "a server that hands PSK out",
    };

    protected override async Task<AttackResult> AttackAsync(EsfahaniScene scene, CancellationToken cancellationToken)
    {
        var (victim, client) = await scene.VictimAsync(cancellationToken).ConfigureAwait(false);
        var recorded = await scene.LogInAsync(victim, cancellationToken).ConfigureAwait(false);
        var (opened, key) = EsfahaniEavesdropper.Open(recorded, await scene.StolenPskAsync(cancellationToken).ConfigureAwait(false));
        return new AttackResult(
            opened == client && key == recorded.Fingerprint, $"one login of a sensor of its own opens the recorded one of {opened ?? "nobody"}: SK {key}, of the sensor {recorded.Fingerprint}");
    }
}
