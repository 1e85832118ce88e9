using Harness.Adversary.Claims.Hands;
using Harness.Adversary.Claims.Weak;
using Harness.Record;

namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>Proofs of one session presented in another.</summary>
internal sealed class CrossedSessions : HandshakeAttack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "ma-crossed-sessions",
        Cell = new(Claim.MutualAuthentication),
        Precondition = "Recorded one whole login; can start logins, and can be the device's broker.",
        Summary = "Starts a session in the device's name and presents the recorded V_C; presents the recorded V_S to the device in a new session.",
        Observation = "The broker sends CONNACK 0x00 to the adversary, or the device reports a session key.",
        Reference = "Sahmi et al. 2021, equations 5 and 7; RFC 6628 sections 3.3.1 and 3.3.2: V_C and V_S cover X, Y and K",
        Control = "proofs over W alone, the same in every session",
    };

    protected override Weakness Weakness => Weakness.StaticProofs;

    internal override async Task<AttackResult> AttackAsync(Place place, CancellationToken cancellationToken)
    {
        await place.LogInUndisturbedAsync(cancellationToken).ConfigureAwait(false);
        if (place.Tap.Values(Target.ClientProof) is not [.., var vc] || place.Tap.Values(Target.ServerProof) is not [.., var vs] ||
            place.Tap.Values(Target.Y) is not [.., var recordedY])
        {
            throw new InconclusiveException("recorded login", "Y, V_C and V_S at the tap", "not all of them");
        }

        var login = new RawLogin(place.Method, Elements.Valid(place.Group), _ => vc);
        var (isIn, seen) = await login.TryEnterAsync(place, place.Client, cancellationToken).ConfigureAwait(false);
        if (isIn)
        {
            return AttackResult.Win($"V_C of another session, with an X of the adversary's: {seen}");
        }

        var rogue = await place.RogueBrokerAsync(_ => recordedY, _ => vs, cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            var result = await WrongVerifier.JudgeAsync(place, rogue, cancellationToken).ConfigureAwait(false);
            return result with { Evidence = $"V_C of another session: {seen}; Y and V_S of another session: {result.Evidence}" };
        }
    }
}

/// <summary>Makes both ends believe they agree while they do not.</summary>
internal sealed class UnequalKeys : HandshakeAttack
{
    public override AttackCard Card { get; } = new()
    {
        Id = "ma-unequal-keys",
        Cell = new(Claim.MutualAuthentication),
        Precondition = "On the way between device and broker; alters packets.",
        Summary = "Compares the keys of both ends after an undisturbed login, then puts another element in the place of X, and of Y.",
        Observation = "Both ends accept and report different fingerprints of SK.",
        Reference = "Sahmi et al. 2021, equations 5 to 8; RFC 6628 section 2.3.2: both authenticators are over X, Y and K",
        Control = "proofs over W alone: they say nothing of X, Y and K",
    };

    protected override Weakness Weakness => Weakness.StaticProofs;

    internal override async Task<AttackResult> AttackAsync(Place place, CancellationToken cancellationToken)
    {
        var honest = await place.LogInUndisturbedAsync(cancellationToken).ConfigureAwait(false);
        if (honest.DeviceKey.Length == 0)
        {
            honest = honest with { DeviceKey = await place.ShownKeyAsync(cancellationToken).ConfigureAwait(false) };
        }

        if (honest.DeviceKey != honest.BrokerKey)
        {
            return AttackResult.Win($"undisturbed, the device holds {honest.DeviceKey} and the broker {honest.BrokerKey}");
        }

        var seen = new List<string>();
        foreach (var target in new[] { Target.X, Target.Y })
        {
            var policy = AlterPolicy.Replace(target, Elements.Valid(place.Group));
            place.Tap.Attack = policy;
            var ends = await place.LogInAsync(null, cancellationToken).ConfigureAwait(false);
            place.Tap.Attack = null;
            if (policy.Triggered == 0)
            {
                throw new InconclusiveException($"another {target.Name}", $"{target.Name} at the tap", ends.Seen);
            }

            if (ends is { DeviceAccepted: true, BrokerAccepted: true, DeviceKey: "" })
            {
                throw new InconclusiveException($"another {target.Name}", "the fingerprint of the device's key", $"none, though both accept: {ends.Seen}");
            }

            if (ends is { DeviceAccepted: true, BrokerAccepted: true } && ends.DeviceKey != ends.BrokerKey)
            {
                return AttackResult.Win($"another {target.Name}: both accept, the device holds {ends.DeviceKey} and the broker {ends.BrokerKey}");
            }

            seen.Add($"another {target.Name}: {ends.Seen}");
        }

        return AttackResult.Loss($"undisturbed both hold {honest.DeviceKey}; {string.Join("; ", seen)}");
    }
}
