namespace Harness.Adversary.Claims.OfflineGuessing;

/// <summary>A capture of one login and a dictionary.</summary>
[Attack("opg-captured-handshake", Order = 1)]
internal sealed class CapturedHandshake : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "An eavesdropper with a capture of one login, and 1,000 words with the password among them.",
        Summary = "Looks whether x is small; if so tries every word against V_C and V_S. If not, tries every word with y = 1, the one y for which a capture alone decides.",
        Observation = "At most 10 words are left and the password is one of them.",
        Reference = "Sahmi et al. 2021, table 3 (OPG) and section 5 d; RFC 6628 section 3.2",
        Control = "a device that was never seeded: x = 1",
    };

    protected override Weakness Weakness => Weakness.KnownX;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        await target.LogInUndisturbedAsync(cancellationToken).ConfigureAwait(false);
        if (target.Tap.Values(PacketField.X) is not [.., var x] || target.Tap.Values(PacketField.Y) is not [.., var y] ||
            target.Tap.Values(PacketField.ClientProof) is not [.., var vc] || target.Tap.Values(PacketField.ServerProof) is not [.., var vs])
        {
            throw new InconclusiveException("captured login", "X, Y, V_C and V_S at the tap", "not all of them");
        }

        if (WordSearch.SmallExponent(target, x) is { } known)
        {
            var fitting = WordSearch.Run(target, WordSearch.GivesProof(target, target.SeenClientId, known, x, y, vc, vs), cancellationToken);
            return WordSearch.Judge(target, fitting, $"x = {known}, V_C and V_S of the capture");
        }

        var (group, r) = (target.Group, ModularArithmetic.Read(target.TranscriptOf(target.SeenClientId).R(x)));
        var left = WordSearch.Run(
            target, w => group.Multiply(x, group.PowerOfGenerator(ModularArithmetic.Scalar(group, w * r))).AsSpan().SequenceEqual(y), cancellationToken);
        return WordSearch.Judge(target, left, "neither x nor y is small, so no word can be tried against V_C or V_S; tried against Y with y = 1");
    }
}

/// <summary>A capture of a registration and a dictionary.</summary>
[Attack("opg-captured-registration", Order = 2)]
internal sealed class CapturedRegistration : RegistrationEavesdropper
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "registration"),
        Schemes = SchemeSets.MqttPresent,
        Precondition = "An eavesdropper at the device's registration, and 1,000 words with the password among them.",
        Summary = "Takes W from aug/<hex(C)>/reg and computes g^w' of every word.",
        Observation = "At most 10 words are left and the password is one of them.",
        Reference = "Sahmi et al. 2021, equation 1 and section 4 a: the client sends (C, W); RFC 6628 section 2.3.1",
        Control = FromTheAccountFile,
    };

    protected override Task<AttackResult> UseAsync(HandshakeTarget target, string client, byte[] verifier, string how, CancellationToken cancellationToken) =>
        Task.FromResult(WordSearch.Judge(target, WordSearch.Run(target, WordSearch.LeadsTo(target, verifier), cancellationToken), how));
}

/// <summary>A thief of the account file: what W is good for besides a search.</summary>
[Attack("opg-stolen-verifier", Order = 3)]
internal sealed class StolenVerifier : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "Holds the account file. That W can be searched for in a dictionary is expected, and no win.",
        Summary = "Logs in in the device's name with W alone, in four ways, without searching for the password.",
        Observation = "The broker sends CONNACK 0x00.",
        Reference = "RFC 6628 section 1 (augmented: W is not enough to be the client)",
        Control = "proofs over W alone",
    };

    protected override Weakness Weakness => Weakness.StaticProofs;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var (group, w) = (target.Group, target.StolenVerifier.ToArray());
        var a = group.DrawScalar();
        var generated = group.PowerOfGenerator(a);
        byte[] shifted = group.Multiply(generated, group.Power(w, ModularArithmetic.Scalar(group, -1)));
        var inverse = ModularArithmetic.Z(group, ModularArithmetic.Read(a), BigInteger.Zero, BigInteger.Zero);
        byte[] OfVerifier(AugPakeTranscript transcript) => ModularArithmetic.Z(group, ModularArithmetic.Read(a), ModularArithmetic.Read(w), ModularArithmetic.Read(transcript.R(generated)));
        (string Words, byte[] X, Func<AugPakeTranscript, byte[], byte[]> Prove)[] ways =
        [
            ("proof over W alone", generated, (transcript, _) => transcript.ClientAuthenticator(w, w, w)),
            ("W in the place of w'", generated, (transcript, y) => transcript.ClientAuthenticator(generated, y, group.Power(y, OfVerifier(transcript)))),
            ("w' left out", generated, (transcript, y) => transcript.ClientAuthenticator(generated, y, group.Power(y, inverse))),
            ("X = g^a/W", shifted, (transcript, y) => transcript.ClientAuthenticator(shifted, y, group.Power(y, inverse))),
        ];
        var seen = "";
        foreach (var (words, x, prove) in ways)
        {
            var clientId = target.TakeClientId();
            var login = new RawLogin(target.Method, x, hello => prove(target.TranscriptOf(clientId), hello.Y.ToArray()));
            (var isIn, seen) = await login.TryEnterAsync(target, clientId, cancellationToken).ConfigureAwait(false);
            if (isIn)
            {
                return AttackResult.Win($"{words}: {seen}");
            }
        }

        var search = WordSearch.Judge(target, WordSearch.Run(target, WordSearch.LeadsTo(target, w), cancellationToken), "the search, which is expected to succeed");
        return search.Won
            ? AttackResult.Loss($"{ways.Length} ways without the password: {seen}; {search.Evidence}")
            : throw new InconclusiveException("stolen W", "a dictionary to find the password by it", search.Evidence);
    }
}
