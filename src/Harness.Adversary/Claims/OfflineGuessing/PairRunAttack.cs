namespace Harness.Adversary.Claims.OfflineGuessing;

/// <summary>The broker, which carries pair runs, and a dictionary: a pair password is what keeps it out.</summary>
[Attack("opg-pair-run", Order = 7)]
internal sealed class PairRunAttack : Attack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.Hardened,
        Precondition = "the broker's own state (SK of every session), the pair run that it carried, one that it makes with the publisher, and 1,000 words with the pair password among them",
        Summary = "looks whether x of the subscriber is small; if so tries every word against V_C and V_S, if not with y = 1 against Y; then starts a run of its own with a known x, sends any V_C, and tries every word against what came besides Y",
        Observation = "at most 10 words are left and the pair password is one of them",
        Reference = "src/Harness.Schemes/Hardened/HARDENED.md, pair messages; RFC 6628 section 3.2",
        Control = "a subscriber that was never seeded: x = 1",
    };

    public override AttackTestbedOptions Prepare(AttackTestbedOptions options) =>
        options with { PairPassword = () => Dictionary.Words[RandomNumberGenerator.GetInt32(Dictionary.Size)] };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
        using var ofSubscriber = new BrokerHop(testbed, testbed.Subscriber);
        using var ofPublisher = new BrokerHop(testbed, testbed.Publisher);
        var run = new PairRun(testbed.Options.Group, testbed.Subscriber.Client, testbed.Publisher.Client);
        var (asked, answered) = (ofSubscriber.Said(), ofPublisher.Said());
        byte[] Said(IReadOnlyList<PairMessage> by, PairMessageKind kind) => by.LastOrDefault(m => m.Kind == kind)?.Data.ToArray()
            ?? throw new InconclusiveException("carried pair run", "X, Y, V_C and V_S under the hop's keys", $"no {kind}");
        var seen = (X: Said(asked, PairMessageKind.Start), Y: Said(answered, PairMessageKind.Answer), Vc: Said(asked, PairMessageKind.Proof), Vs: Said(answered, PairMessageKind.Done));
        var password = testbed.ToldOf(testbed.Subscriber).Hardened!.PairPassword;
        var passive = Passive(run, seen, password, cancellationToken);
        if (passive.Won)
        {
            return passive;
        }

        var x = run.Group.DrawScalar();
        var (id, own) = (RandomNumberGenerator.GetBytes(PairMessage.RunSize), run.Group.PowerOfGenerator(x));
        await ofPublisher.SayAsync(run.Client, new PairMessage(PairMessageKind.Start, id, AugPakeMethod.Of(AugPakeProfile.Framed, run.Group), 0, own), cancellationToken).ConfigureAwait(false);
        var y = (await ofPublisher.HearAsync(m => m.Kind == PairMessageKind.Answer && m.Run.Span.SequenceEqual(id), cancellationToken).ConfigureAwait(false)).Data.ToArray();
        await ofPublisher.SayAsync(run.Client, PairMessage.OfRun(PairMessageKind.Proof, id, RandomNumberGenerator.GetBytes(32)), cancellationToken).ConfigureAwait(false);
        var end = await ofPublisher.HearAsync(m => m.Kind is PairMessageKind.Done or PairMessageKind.Fail && m.Run.Span.SequenceEqual(id), cancellationToken).ConfigureAwait(false);
        return end.Kind == PairMessageKind.Done
            ? run.Judge(run.Fitting(ModularArithmetic.Read(x), own, y, null, end.Data.ToArray(), cancellationToken), password, "V_S of a run of its own")
            : AttackResult.Loss($"{passive.Evidence}; a run of its own ended with {end.Kind} and no V_S: with Y alone every one of {Dictionary.Size} words gives a K");
    }

    public override Task<AttackResult> RunPositiveControlAsync(PositiveControlFactory controls, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(controls);
        var run = new PairRun(controls.Options.Group, "subscriber", "publisher");
        var password = Dictionary.Draw(new Random(Seed));
        using var subscriber = new AugPakeClient(run.Group, AugPakeProfile.Framed, run.Client, run.Publisher, password, HardenedPublisher.RunField);
        using var publisher = new AugPakeServer(
            run.Group, AugPakeProfile.Framed, run.Client, run.Publisher, Verifier.ComputeW(run.Group, AugPakeProfile.Framed, run.Client, run.Publisher, password, HardenedPublisher.RunField),
            HardenedPublisher.RunField);
        var x = subscriber.StartWithKnownScalar([1]);
        var y = publisher.Respond(x);
        var proof = subscriber.Respond(y);
        return Task.FromResult(publisher.TryVerify(proof)
            ? Passive(run, (x, y, proof, publisher.Authenticator), password, cancellationToken)
            : throw new InconclusiveException("pair run of an unseeded subscriber", "a right V_C", "a wrong one"));
    }

    private static AttackResult Passive(PairRun run, (byte[] X, byte[] Y, byte[] Vc, byte[] Vs) seen, string password, CancellationToken cancellationToken)
    {
        if (WordSearch.SmallExponent(run.Group, seen.X) is { } small)
        {
            return run.Judge(run.Fitting(small, seen.X, seen.Y, seen.Vc, seen.Vs, cancellationToken), password, $"x = {small}, V_C and V_S of the run that it carried");
        }

        var r = ModularArithmetic.Read(run.Transcript.R(seen.X));
        var left = WordSearch.Run(
            run.Scalar, w => run.Group.Multiply(seen.X, run.Group.PowerOfGenerator(ModularArithmetic.Scalar(run.Group, w * r))).AsSpan().SequenceEqual(seen.Y), cancellationToken);
        return run.Judge(left, password, "neither x nor y of the run that it carried is small; tried against Y with y = 1");
    }

    /// <summary>The names and hash inputs of a pair run, and a dictionary on it.</summary>
    private sealed record PairRun(AugPakeGroup Group, string Client, string Publisher)
    {
        public AugPakeTranscript Transcript { get; } = new(Group, AugPakeProfile.Framed, Client, Publisher, HardenedPublisher.RunField);

        public BigInteger Scalar(string word) =>
            ModularArithmetic.Read(Verifier.ComputeScalar(Group, AugPakeProfile.Framed, Client, Publisher, word, HardenedPublisher.RunField));

        public IReadOnlyList<string> Fitting(BigInteger x, byte[] element, byte[] y, byte[]? vc, byte[]? vs, CancellationToken cancellationToken) =>
            WordSearch.Run(Scalar, WordSearch.GivesProof(Group, Transcript, x, element, y, vc, vs), cancellationToken);

        public AttackResult Judge(IReadOnlyCollection<string> left, string password, string how) => WordSearch.Judge(guess => guess == password, left, how);
    }
}
