namespace Harness.Adversary.Claims.MutualAuthentication;

/// <summary>Alters a proof on the way in several ways.</summary>
internal abstract class TamperedProof : HandshakeAttack
{
    private static readonly (string Words, Func<byte[], byte[]> Alter)[] Alterations =
    [
        ("first bit flipped", p => [(byte)(p[0] ^ 1), .. p[1..]]),
        ("last bit flipped", p => [.. p[..^1], (byte)(p[^1] ^ 0x80)]),
        ("all zero", p => new byte[p.Length]),
        ("last byte cut", p => p[..^1]),
        ("empty", _ => []),
    ];

    /// <summary>Description of an attack of this family.</summary>
    protected static AttackDescription Describe(string summary, string observation) => new()
    {
        Cell = new(Claim.MutualAuthentication),
        Precondition = "On the way between device and broker; alters packets.",
        Summary = summary,
        Observation = observation,
        Reference = "Sahmi et al. 2021, equations 5 to 7; RFC 6628 section 2.3.2",
        Control = "ends that take any proof",
    };

    protected override Weakness Weakness => Weakness.UncheckedProofs;

    /// <summary>The proof that is altered.</summary>
    protected abstract PacketField Proof { get; }

    /// <summary>True where its receiver accepted it.</summary>
    protected abstract bool Accepted(LoginResult ends);

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var seen = "";
        foreach (var (words, alter) in Alterations)
        {
            var policy = new AlterPolicy(Proof, alter);
            target.Tap.Attack = policy;
            var ends = await target.LogInAsync(null, cancellationToken).ConfigureAwait(false);
            target.Tap.Attack = null;
            if (policy.Triggered == 0)
            {
                throw new InconclusiveException($"altered {Proof.Name}", $"a {Proof.Name} at the tap", ends.Seen);
            }

            seen = ends.Seen;
            if (Accepted(ends))
            {
                return AttackResult.Win($"{Proof.Name} {words}: {ends.Seen}");
            }
        }

        // The refusals must have been for the alteration: untouched, the same login goes through.
        await target.LogInUndisturbedAsync(cancellationToken).ConfigureAwait(false);
        return AttackResult.Loss($"{Alterations.Length} altered {Proof.Name} refused ({seen}), the untouched one accepted");
    }
}

/// <summary>V_C.</summary>
[Attack("ma-tampered-client-proof", Order = 3)]
internal sealed class TamperedClientProof : TamperedProof
{
    public override AttackDescription Description { get; } = Describe(
        summary: "Alters V_C in five ways.",
        observation: "The broker sends CONNACK 0x00.");

    protected override PacketField Proof => PacketField.ClientProof;

    protected override bool Accepted(LoginResult ends) => ends.BrokerAccepted == true;
}

/// <summary>V_S.</summary>
[Attack("ma-tampered-server-proof", Order = 4)]
internal sealed class TamperedServerProof : TamperedProof
{
    public override AttackDescription Description { get; } = Describe(
        summary: "Alters V_S in five ways.",
        observation: "The device reports a session key.");

    protected override PacketField Proof => PacketField.ServerProof;

    protected override bool Accepted(LoginResult ends) => ends.Succeeded;
}
