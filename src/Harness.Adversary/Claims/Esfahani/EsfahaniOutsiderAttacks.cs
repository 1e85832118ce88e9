using static Harness.Schemes.Esfahani.EsfahaniFormulas;

namespace Harness.Adversary.Claims.Esfahani;

/// <summary>Recognises a sensor by f3, which is the same in every login.</summary>
[Attack("ua-constant-value")]
internal sealed class ConstantValue : EsfahaniAttack
{
    private static readonly string[] Parts = ["M1", "AID_i", "M2", "f3"];

    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Esfahani,
        Cell = new(Claim.UserAnonymity),
        Precondition = "on the wire: sees two logins of one sensor and one of another, each under a ClientId of its own",
        Summary = "compares the values of message 1 of three logins",
        Observation = "a value is the same in both logins of the one sensor, and another one in that of the other",
        Reference = Equations,
        Control = "a sensor that draws R1 once",
    };

    protected override async Task<AttackResult> AttackAsync(EsfahaniScene scene, CancellationToken cancellationToken)
    {
        var (victim, client) = await scene.VictimAsync(cancellationToken).ConfigureAwait(false);
        if (scene.IsWeak)
        {
            var r1 = RandomNumberGenerator.GetBytes(Size);
            victim = new EsfahaniSensor("weak") { Draw = () => [.. r1] };
            await victim.PutAsync(scene.Lab.Register(client), cancellationToken).ConfigureAwait(false);
        }

        var (other, _) = await scene.InsiderAsync(cancellationToken).ConfigureAwait(false);
        var one = await scene.LogInAsync(victim, cancellationToken).ConfigureAwait(false);
        var two = await scene.LogInAsync(victim, cancellationToken).ConfigureAwait(false);
        var others = await scene.LogInAsync(other, cancellationToken).ConfigureAwait(false);
        bool Same(EsfahaniRun a, EsfahaniRun b, int part) => Value(a.Messages[0], part).AsSpan().SequenceEqual(Value(b.Messages[0], part));
        var telling = Enumerable.Range(0, Parts.Length).Where(part => Same(one, two, part) && !Same(one, others, part)).Select(part => Parts[part]).ToList();
        return telling.Count > 0
            ? AttackResult.Win($"{string.Join(", ", telling)} of 4 values is the same in both logins, and another one in that of another sensor")
            : AttackResult.Loss("of 4 values none is the same in both logins alone");
    }
}

/// <summary>Answers a login with a message 2 from an earlier one: it holds no trace of R1.</summary>
[Attack("replay-old-answer")]
internal sealed class OldAnswer : EsfahaniAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Esfahani,
        Cell = new(Claim.Replay, "handshake"),
        Precondition = "recorded one login of the sensor, and stands where the sensor looks for its router",
        Summary = "answers a later login of the sensor with the recorded message 2",
        Observation = "the sensor takes it: it sends message 3 and reports a session key",
        Reference = Equations,
        Control = "a sensor that does not look at message 2",
    };

    protected override async Task<AttackResult> AttackAsync(EsfahaniScene scene, CancellationToken cancellationToken)
    {
        var (victim, client) = await scene.VictimAsync(cancellationToken).ConfigureAwait(false);
        var recorded = await scene.LogInAsync(victim, cancellationToken).ConfigureAwait(false);
        var old = scene.IsWeak ? new byte[SecondLength] : recorded.Messages[1];
        var sensor = scene.IsWeak ? new Credulous(victim) : victim;
        var rogue = await RogueRouter.StartAsync(_ => old, cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            var run = await scene.Lab.LogInAsync(sensor, rogue.Endpoint, cancellationToken).ConfigureAwait(false);
            return run.Fingerprint is { } key
                ? AttackResult.Win($"{client} took the message 2 of its earlier login (SK {recorded.Fingerprint}) as one of now, and has SK {key} with nobody")
                : AttackResult.Loss($"{run.Refused}");
        }
    }

    private sealed class Credulous(IEsfahaniSensor inner) : IEsfahaniSensor
    {
        public ValueTask PutAsync(EsfahaniCredentials credentials, CancellationToken cancellationToken) => inner.PutAsync(credentials, cancellationToken);

        public ValueTask<Timed<byte[]>> FirstAsync(CancellationToken cancellationToken) => inner.FirstAsync(cancellationToken);

        public ValueTask<Timed<EsfahaniProof>> SecondAsync(ReadOnlyMemory<byte> second, CancellationToken cancellationToken) =>
            new(new Timed<EsfahaniProof>(new EsfahaniProof(new byte[ThirdLength], Crypto.Fingerprints.Of(second.Span[..Size])), null));
    }
}

/// <summary>Guesses the identity of a recorded login; the right one gives PSK, and with it the key of every sensor.</summary>
[Attack("opg-guessed-identity")]
internal sealed class GuessedIdentity : EsfahaniAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Schemes = SchemeSets.Esfahani,
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Precondition = "on the wire: recorded one login of a sensor whose name is one of 1,000, and one of another sensor whose name is not",
        Summary = "tries each name against the recorded login; computes PSK from the one that fits, and with it the key of the other login",
        Observation = "one name fits, and the key of the other sensor's login is the one that it has",
        Reference = Equations,
        Control = "a dictionary of one word, the right one",
    };

    protected override async Task<AttackResult> AttackAsync(EsfahaniScene scene, CancellationToken cancellationToken)
    {
        var (victim, client) = await scene.VictimAsync(cancellationToken).ConfigureAwait(false);
        var (other, otherName) = await scene.InsiderAsync(cancellationToken).ConfigureAwait(false);
        var run = await scene.LogInAsync(victim, cancellationToken).ConfigureAwait(false);
        var another = await scene.LogInAsync(other, cancellationToken).ConfigureAwait(false);
        var fitting = (scene.IsWeak ? [client] : EsfahaniScene.Dictionary).Where(name => EsfahaniEavesdropper.IsOf(run, Identity(name))).ToList();
        if (fitting is not [var name])
        {
            return AttackResult.Loss($"{fitting.Count} names fit");
        }

        var (opened, key) = EsfahaniEavesdropper.Open(another, EsfahaniEavesdropper.Psk(run, Identity(name)));
        return new AttackResult(
            opened == otherName && key == another.Fingerprint,
            $"off-line, of the dictionary {name} alone fits; the PSK that follows opens the login of {opened ?? "nobody"}, SK {key}, of the sensor {another.Fingerprint}");
    }
}
