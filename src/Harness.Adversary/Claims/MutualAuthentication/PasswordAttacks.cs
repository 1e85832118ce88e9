namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>A login in the device's name with a password that is not its own.</summary>
[Attack("ma-wrong-password", Order = 1)]
internal sealed class WrongPassword : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "Knows C and S, but not the password.",
        Summary = "Logs in in the device's name with a wrong password, computing everything else as an honest client does.",
        Observation = "The broker sends CONNACK 0x00.",
        Reference = "Sahmi et al. 2021, equations 5 and 6 (V_C); RFC 6628 sections 2.3.2 and 3.3.1",
        Control = "a broker that does not compare V_C",
    };

    protected override Weakness Weakness => Weakness.UncheckedProofs;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var clientId = target.TakeClientId();
        using var client = new AugPakeClient(target.Group, target.Profile, target.Client, target.Server, "not the password", null, target.PseudonymOf(clientId));
        var login = new RawLogin(target.Method, client.Start(), hello => client.Respond(hello.Y.Span));
        var (isIn, seen) = await login.TryEnterAsync(target, clientId, cancellationToken).ConfigureAwait(false);
        return new AttackResult(isIn, $"a wrong password: {seen}");
    }
}

/// <summary>A broker that claims the name and has no W, or a wrong one.</summary>
[Attack("ma-wrong-verifier", Order = 2)]
internal sealed class WrongVerifier : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "The device connects to the adversary's broker, which knows C and S but not W.",
        Summary = "Answers the device's login from a W of its own making, computing everything else as an honest broker does.",
        Observation = "The device reports a session key, or speaks on after V_S.",
        Reference = "Sahmi et al. 2021, equation 7 (V_S); RFC 6628 sections 2.3.2 and 3.3.2",
        Control = "a device that does not compare V_S",
    };

    protected override Weakness Weakness => Weakness.UncheckedProofs;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var group = target.Group;
        var y = group.DrawScalar();
        var verifier = Elements.Valid(group);
        var rogue = await target.RogueBrokerAsync(
            e => group.Power(group.Multiply(e.X, group.Power(verifier, target.TranscriptOf(e.Client).R(e.X))), y),
            e => ServerProof(target, e, group.PowerOfGenerator(y)), cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            return await JudgeAsync(target, rogue, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Lets the device log in at a rogue broker and judges who was deceived.</summary>
    internal static async Task<AttackResult> JudgeAsync(HandshakeTarget target, RogueBroker rogue, CancellationToken cancellationToken)
    {
        var ends = await target.LogInAsync(rogue.Endpoint, cancellationToken).ConfigureAwait(false);
        if (rogue.Exchanges.Count == 0)
        {
            throw new InconclusiveException("rogue broker", "a login of the device", ends.Seen);
        }

        var proofs = rogue.Exchanges.Count(e => e.ClientProof is not null);
        return new AttackResult(ends.Succeeded || rogue.Deceived > 0, $"after {proofs} V_C sent to the rogue broker: {ends.Seen}");
    }
}

/// <summary>A broker that sends the device its own proof back.</summary>
[Attack("ma-reflected-proof", Order = 5)]
internal sealed class ReflectedProof : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.MutualAuthentication),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "The device connects to the adversary's broker, which knows nothing but S.",
        Summary = "Answers X with any element, or with X itself, and V_C with V_C.",
        Observation = "The device reports a session key, or speaks on after V_S.",
        Reference = "Sahmi et al. 2021, equations 5 and 7; RFC 6628 section 2.3.2: V_C and V_S are hashes with different first bytes",
        Control = "a device to which V_S is the same hash as V_C",
    };

    protected override Weakness Weakness => Weakness.SameProofs;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var evidence = new List<string>();
        foreach (var (words, answer) in new (string, Func<RogueExchange, byte[]>)[] { ("X reflected as Y", e => e.X), ("any Y", _ => Elements.Valid(target.Group)) })
        {
            var rogue = await target.RogueBrokerAsync(answer, e => e.ClientProof!, cancellationToken).ConfigureAwait(false);
            await using (rogue.ConfigureAwait(false))
            {
                var result = await WrongVerifier.JudgeAsync(target, rogue, cancellationToken).ConfigureAwait(false);
                evidence.Add($"{words}, V_C reflected as V_S: {result.Evidence}");
                if (result.Won)
                {
                    return AttackResult.Win(evidence[^1]);
                }
            }
        }

        return AttackResult.Loss(string.Join("; ", evidence));
    }
}
