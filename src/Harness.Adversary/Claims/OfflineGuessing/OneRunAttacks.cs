namespace Harness.Adversary.Claims.OfflineGuessing;

/// <summary>One login as the device, and a dictionary on what the broker said.</summary>
[Attack("opg-one-run-as-client", Order = 4)]
internal sealed class OneRunAsClient : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "Knows C and S, can log in once, and has 1,000 words with the password among them.",
        Summary = "Sends X = g^x with an x of its own, keeps what the broker answers, sends any V_C; then tries every word against whatever came besides Y.",
        Observation = "At most 10 words are left and the password is one of them.",
        Reference = "Sahmi et al. 2021, equations 6 and 7; RFC 6628 section 2.3.2: V_S is sent only after V_C verified, or it would serve as the test",
        Control = "a broker that sends V_S together with Y",
    };

    protected override Weakness Weakness => Weakness.EarlyServerProof;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var scalar = target.Group.DrawScalar();
        var x = target.Group.PowerOfGenerator(scalar);
        var login = new RawLogin(target.Method, x, _ => RandomNumberGenerator.GetBytes(32));
        var clientId = target.TakeClientId();
        var (_, seen) = await login.TryEnterAsync(target, clientId, cancellationToken).ConfigureAwait(false);
        if (login.Hello is not { } hello || hello.Y.Length < target.Group.ElementLength)
        {
            throw new InconclusiveException("one login", "Y from the broker", seen);
        }

        var y = hello.Y[..target.Group.ElementLength].ToArray();
        var besides = hello.Y[target.Group.ElementLength..].ToArray();
        var proof = besides.Length > 0 ? besides : login.ServerProof;
        return proof is null
            ? AttackResult.Loss($"{seen} and no V_S: with Y alone every one of {Dictionary.Size} words gives a K, and nothing tells which is right")
            : WordSearch.Judge(
                target, WordSearch.Run(target, WordSearch.GivesProof(target, clientId, ModularArithmetic.Read(scalar), x, y, null, proof), cancellationToken), $"{proof.Length} bytes besides Y");
    }
}

/// <summary>One login of the device at a rogue broker that bets on a word.</summary>
[Attack("opg-one-run-as-broker", Order = 5)]
internal sealed class OneRunAsBroker : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "The device logs in once at the adversary's broker, which has 1,000 words with the password among them.",
        Summary = "Bets on a word: makes Y from its W. V_C then says whether the bet was right; every other word is tried as well where x can be found.",
        Observation = "At most 10 words are left after a wrong bet, and the password is one of them. That a bet itself is settled is expected, and no win.",
        Reference = "Sahmi et al. 2021, section 5 (dictionary attacks); RFC 6628 section 3.3.2 (one guess for each run)",
        Control = "a device that was never seeded: x = 1",
    };

    protected override Weakness Weakness => Weakness.KnownX;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        string wrong;
        do
        {
            wrong = Dictionary.Draw(target.Random);
        }
        while (target.IsPassword(wrong));
        var (exchange, confirmed) = await GuessAsync(target, wrong, cancellationToken).ConfigureAwait(false);
        if (confirmed)
        {
            throw new RigErrorException("bet on a wrong word", "V_C to refute it", "V_C confirmed it");
        }

        if (WordSearch.SmallExponent(target, exchange.X) is { } x)
        {
            var left = WordSearch.Run(target, WordSearch.GivesProof(target, exchange.Client, x, exchange.X, exchange.Y, exchange.ClientProof, null), cancellationToken);
            return WordSearch.Judge(target, left, $"wrong bet, x = {x}");
        }

        // The test must be able to say yes: the judge, who knows the password, lets it bet right once.
        var (_, right) = await GuessAsync(target, Dictionary.Words.First(target.IsPassword), cancellationToken).ConfigureAwait(false);
        return right
            ? AttackResult.Loss($"a wrong bet rules out its own word: {Dictionary.Size - 1} of {Dictionary.Size} are left; a right bet is confirmed")
            : throw new InconclusiveException("bet on the right word", "V_C to confirm it", "V_C refuted it");
    }

    private static async Task<(RogueExchange Exchange, bool Confirmed)> GuessAsync(HandshakeTarget target, string word, CancellationToken cancellationToken)
    {
        var group = target.Group;
        var w = WordSearch.Scalar(target, word);
        var y = group.DrawScalar();
        var rogue = await target.RogueBrokerAsync(
            e => group.Power(group.Multiply(e.X, group.PowerOfGenerator(ModularArithmetic.Scalar(group, w * ModularArithmetic.Read(target.TranscriptOf(e.Client).R(e.X))))), y),
            _ => RandomNumberGenerator.GetBytes(32), cancellationToken).ConfigureAwait(false);
        await using (rogue.ConfigureAwait(false))
        {
            var ends = await target.LogInAsync(rogue.Endpoint, cancellationToken).ConfigureAwait(false);
            return rogue.Exchanges is [{ ClientProof: { } proof } exchange, ..]
                ? (exchange, target.TranscriptOf(exchange.Client).ClientAuthenticator(exchange.X, exchange.Y, group.PowerOfGenerator(y)).AsSpan().SequenceEqual(proof))
                : throw new InconclusiveException("bet of a rogue broker", "V_C from the device", ends.Seen);
        }
    }
}

/// <summary>Reads W out of Y by an X of smooth order.</summary>
[Attack("opg-verifier-from-smooth-x", Order = 6)]
internal sealed class VerifierFromSmoothX : HandshakeAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.OfAugPake,
        Precondition = "Knows C and S, can log in once, and has 1,000 words with the password among them.",
        Summary = "Sends an X whose order is the product of all small primes of the cofactor (on p256 a point on another curve); reads y from Y, then W from Y, and computes g^w' of every word.",
        Observation = "At most 10 words are left and the password is one of them.",
        Reference = "Sahmi et al. 2021, 3.2, refuses 0, 1 and -1 alone; RFC 6628 section 2.1 (secure prime or order check of X)",
        Control = "a group of 1,024 bits whose cofactor has a smooth part of 303 bits, more than q",
    };

    protected override AugPakeGroup WeakGroup => WeakenedGroups.SmoothCofactor;

    internal override async Task<AttackResult> AttackAsync(HandshakeTarget target, CancellationToken cancellationToken)
    {
        var smooth = SmoothElement.Of(target.Group);
        var login = new RawLogin(target.Method, smooth.Bytes, _ => RandomNumberGenerator.GetBytes(32));
        var clientId = target.TakeClientId();
        var (_, seen) = await login.TryEnterAsync(target, clientId, cancellationToken).ConfigureAwait(false);
        if (login.Hello is not { } hello)
        {
            return AttackResult.Loss($"X of {smooth.Words}: {seen}, no Y to read from");
        }

        var (p, q) = (ModularArithmetic.Read(target.Group.Prime), ModularArithmetic.Read(target.Group.Order));
        var y = smooth.Exponent(hello.Y.ToArray());
        var r = ModularArithmetic.Read(target.TranscriptOf(clientId).R(smooth.Bytes));
        if ((y * r % q).IsZero)
        {
            throw new InconclusiveException("y read from Y", "a number that can be inverted", "zero");
        }

        // An exponent that is 1 modulo q and 0 modulo X's order leaves W^(ry) of Y.
        var keep = smooth.Order * ModularArithmetic.Invert(smooth.Order, q);
        var verifier = BigInteger.ModPow(BigInteger.ModPow(ModularArithmetic.Read(hello.Y.Span), keep, p), ModularArithmetic.Invert(y * r, q), p);
        var left = WordSearch.Run(target, WordSearch.LeadsTo(target, ModularArithmetic.Write(verifier, target.Group.ElementLength)), cancellationToken);
        return WordSearch.Judge(target, left, $"X of {smooth.Words}, W read from Y");
    }
}
