namespace Harness.Adversary.Claims.OfflineGuessing;

/// <summary>A dictionary attacker: tries every word against something that tells right from wrong, without asking anybody.</summary>
internal static class WordSearch
{
    // A search that leaves more words than these has found nothing.
    private const int MaximumRemainingWords = 10;
    private const int SmallExponents = 100;

    /// <summary>The words that pass a test of w'.</summary>
    public static IReadOnlyList<string> Run(HandshakeTarget target, Func<BigInteger, bool> test, CancellationToken cancellationToken) =>
        Run(word => Scalar(target, word), test, cancellationToken);

    /// <summary>The words whose scalar passes a test.</summary>
    public static IReadOnlyList<string> Run(Func<string, BigInteger> scalar, Func<BigInteger, bool> test, CancellationToken cancellationToken)
    {
        var left = new ConcurrentBag<string>();
        Parallel.ForEach(Dictionary.Words, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, word =>
        {
            if (test(scalar(word)))
            {
                left.Add(word);
            }
        });
        return [.. left];
    }

    /// <summary>w' of a word.</summary>
    public static BigInteger Scalar(HandshakeTarget target, string word) =>
        ModularArithmetic.Read(Verifier.ComputeScalar(target.Group, target.Profile, target.Client, target.Server, word));

    /// <summary>True where a w' leads to W.</summary>
    public static Func<BigInteger, bool> LeadsTo(HandshakeTarget target, ReadOnlyMemory<byte> verifier) =>
        w => target.Group.PowerOfGenerator(ModularArithmetic.Scalar(target.Group, w)).AsSpan().SequenceEqual(verifier.Span);

    /// <summary>True where a w' gives the V_C or V_S that was seen, for somebody who knows x.</summary>
    public static Func<BigInteger, bool> GivesProof(HandshakeTarget target, string clientId, BigInteger x, byte[] element, byte[] y, byte[]? clientProof, byte[]? serverProof) =>
        GivesProof(target.Group, target.TranscriptOf(clientId), x, element, y, clientProof, serverProof);

    /// <inheritdoc cref="GivesProof(HandshakeTarget, string, BigInteger, byte[], byte[], byte[], byte[])"/>
    public static Func<BigInteger, bool> GivesProof(AugPakeGroup group, AugPakeTranscript transcript, BigInteger x, byte[] element, byte[] y, byte[]? clientProof, byte[]? serverProof)
    {
        var r = ModularArithmetic.Read(transcript.R(element));
        return w =>
        {
            var k = group.Power(y, ModularArithmetic.Z(group, x, w, r));
            return (clientProof is not null && transcript.ClientAuthenticator(element, y, k).AsSpan().SequenceEqual(clientProof))
                || (serverProof is not null && transcript.ServerAuthenticator(element, y, k).AsSpan().SequenceEqual(serverProof));
        };
    }

    /// <summary>x where it is at most 100; null where it is not.</summary>
    public static BigInteger? SmallExponent(HandshakeTarget target, byte[] element) => SmallExponent(target.Group, element);

    /// <inheritdoc cref="SmallExponent(HandshakeTarget, byte[])"/>
    public static BigInteger? SmallExponent(AugPakeGroup group, byte[] element)
    {
        for (var x = 1; x <= SmallExponents; x++)
        {
            if (group.PowerOfGenerator([(byte)(x >> 8), (byte)x]).AsSpan().SequenceEqual(element))
            {
                return x;
            }
        }

        return null;
    }

    /// <summary>Judges what a search left.</summary>
    public static AttackResult Judge(HandshakeTarget target, IReadOnlyCollection<string> left, string how) => Judge(target.IsPassword, left, how);

    /// <inheritdoc cref="Judge(HandshakeTarget, IReadOnlyCollection{string}, string)"/>
    public static AttackResult Judge(Func<string, bool> isPassword, IReadOnlyCollection<string> left, string how) => left.Count switch
    {
        > 0 and <= MaximumRemainingWords when left.Any(isPassword) =>
            AttackResult.Win($"{how}: {left.Count} of {Dictionary.Size} words left, the password among them"),
        > 0 and <= MaximumRemainingWords => AttackResult.Loss($"{how}: {left.Count} of {Dictionary.Size} words left, none of them the password"),
        _ => AttackResult.Loss($"{how}: {left.Count} of {Dictionary.Size} words fit, which singles out nothing"),
    };
}
