using System.Diagnostics;

namespace Harness.Adversary.Claims.Scram;

/// <summary>A capture of one login and a dictionary: each guess costs PBKDF2 and asks nobody.</summary>
[Attack("opg-scram-captured-login", Order = 31)]
internal sealed class ScramCapturedLogin : ScramAttack
{
    public override AttackDescription Description { get; } = new()
    {
        Cell = new(Claim.OfflineGuessing, "handshake"),
        Schemes = SchemeSets.Scram,
        Precondition = "an eavesdropper with a capture of one login, and 1,000 words with the password among them",
        Summary = "computes the proof that each word would give, from salt, iterations and nonces of the capture, until one is the captured proof",
        Observation = "a word gives the captured proof, and it is the password",
        Reference = "RFC 5802 section 9 (an eavesdropper can mount a dictionary attack); RFC 7677 section 4",
        Control = "the same login in this process, of a password that is known to be among the words",
    };

    public override async Task<AttackResult> RunAsync(AttackTestbed testbed, CancellationToken cancellationToken)
    {
        await RequireUndisturbedAsync(testbed, cancellationToken).ConfigureAwait(false);
        var (first, challenge, final, _) = Captured(testbed);
        var started = Stopwatch.GetTimestamp();
        var (tried, found) = (0, (string?)null);
        Parallel.ForEach(Dictionary.Words, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Environment.ProcessorCount }, (word, state) =>
        {
            Interlocked.Increment(ref tried);
            if (ScramGuess.Proof(word, challenge, first.Bare, final.WithoutProof).AsSpan().SequenceEqual(final.Proof.Span))
            {
                Volatile.Write(ref found, word);
                state.Stop();
            }
        });
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var rate = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{tried} of {Dictionary.Size} words at {challenge.Iterations} iterations each, {tried / seconds:0} a second here");
        return found is null || found != testbed.Publisher.Identity.Password
            ? AttackResult.Loss($"no word gives the captured proof: {rate}")
            : AttackResult.Win($"the password was found by the captured proof: {rate}");
    }
}
