namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>Proofs of one session presented in another.</summary>
[Attack("ma-crossed-sessions", Order = 6)]
internal sealed class CrossedSessions : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "Recorded one whole login; can start logins, and can be the device's broker.",
        Summary = "Starts a session in the device's name and presents the recorded V_C; presents the recorded V_S to the device in a new session.",
        Observation = "The broker sends CONNACK 0x00 to the adversary, or the device reports a session key.",
        Reference = "Sahmi et al. 2021, equations 5 and 7; RFC 6628 sections 3.3.1 and 3.3.2: V_C and V_S cover X, Y and K",
        Control = "proofs over W alone, the same in every session",
    };

    protected override Weakness Weakness => Weakness.StaticProofs;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        await target.LogInUndisturbedAsync(cancellationToken).ConfigureAwait(false);
        if (target.Tap.Values(PacketField.ClientProof) is not [.., var vc] || target.Tap.Values(PacketField.ServerProof) is not [.., var vs] ||
            target.Tap.Values(PacketField.Y) is not [.., var recordedY])
        {
            throw new InconclusiveException("recorded login", "Y, V_C and V_S at the tap", "not all of them");
        }

        var login = new RawLogin(target.Method, Elements.Valid(target.Group), _ => vc);
        var (isIn, seen) = await login.TryEnterAsync(target, target.TakeClientId(), cancellationToken).ConfigureAwait(false);
        if (isIn)
        {
            return AttackResult.Win($"V_C of another session, with an X of the adversary's: {seen}");
        }

        var rogue = await target.RogueBrokerAsync(_ => recordedY, _ => vs, cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            var result = await WrongVerifier.JudgeAsync(target, rogue, cancellationToken).ConfigureAwait(false);
            return result with { Evidence = $"V_C of another session: {seen}; Y and V_S of another session: {result.Evidence}" };
        }
    }
}

/// <summary>Makes both ends believe they agree while they do not.</summary>
[Attack("ma-unequal-keys", Order = 7)]
internal sealed class UnequalKeys : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "On the way between device and broker; alters packets.",
        Summary = "Compares the keys of both ends after an undisturbed login, then puts another element in the place of X, and of Y.",
        Observation = "Both ends accept and report different fingerprints of SK.",
        Reference = "Sahmi et al. 2021, equations 5 to 8; RFC 6628 section 2.3.2: both authenticators are over X, Y and K",
        Control = "proofs over W alone: they say nothing of X, Y and K",
    };

    protected override Weakness Weakness => Weakness.StaticProofs;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var honest = await target.LogInUndisturbedAsync(cancellationToken).ConfigureAwait(false);
        if (string.IsNullOrEmpty(honest.Fingerprint))
        {
            honest = honest with { Fingerprint = await target.ShownKeyAsync(cancellationToken).ConfigureAwait(false) };
        }

        if (honest.Fingerprint != honest.BrokerFingerprint)
        {
            return AttackResult.Win($"undisturbed, the device holds {honest.Fingerprint} and the broker {honest.BrokerFingerprint}");
        }

        var seen = new List<string>();
        foreach (var field in new[] { PacketField.X, PacketField.Y })
        {
            var policy = AlterPolicy.Replace(field, Elements.Valid(target.Group));
            target.Tap.Attack = policy;
            var ends = await target.LogInAsync(null, cancellationToken).ConfigureAwait(false);
            target.Tap.Attack = null;
            if (policy.Triggered == 0)
            {
                throw new InconclusiveException($"another {field.Name}", $"{field.Name} at the tap", ends.Seen);
            }

            if (ends is { Succeeded: true, BrokerAccepted: true, Fingerprint: "" })
            {
                throw new InconclusiveException($"another {field.Name}", "the fingerprint of the device's key", $"none, though both accept: {ends.Seen}");
            }

            if (ends is { Succeeded: true, BrokerAccepted: true } && ends.Fingerprint != ends.BrokerFingerprint)
            {
                return AttackResult.Win($"another {field.Name}: both accept, the device holds {ends.Fingerprint} and the broker {ends.BrokerFingerprint}");
            }

            seen.Add($"another {field.Name}: {ends.Seen}");
        }

        return AttackResult.Loss($"undisturbed both hold {honest.Fingerprint}; {string.Join("; ", seen)}");
    }
}
