namespace Harness.Bench.Measuring;

/// <summary>Leak subjects of SCRAM-SHA-256 on a board: the password, and the server's signature against a received one.</summary>
internal static class BoardScramLeaks
{
    private const string Password = "scram-password";
    private const string Provision = "scram-password-provision";
    private const string Signature = "scram-tag";

    /// <summary>The subjects that the board's ID allows.</summary>
    /// <param name="info">The board's ID.</param>
    /// <param name="missing">The reason for which no trigger is watched; null where one is.</param>
    public static IEnumerable<LeakEntry> Entries(BoardInfo info, string? missing)
    {
        if (!info.Schemes.Contains(SchemeNames.Scram))
        {
            yield break;
        }

        yield return new(Password, "SCRAM.STEP, salt to the client's proof, 4,096 iterations: one fixed password; another each time", LeakCost.Modexp);
        yield return new(Provision, "PROVISION: one fixed password; another of the same length each time (scram)", LeakCost.Hash);
        yield return new(Signature, "SCRAM.FINISH, the server's signature as it must be against one wrong in its last byte; in its first", LeakCost.Modexp) { NeedsTrigger = true, Missing = missing };
    }

    /// <summary>Opens a subject; null for one of another scheme.</summary>
    public static async ValueTask<LeakSubject?> OpenAsync(TestBench bench, SerialParty board, LeakEntry entry, BoardStopwatch stopwatch, CancellationToken cancellationToken)
    {
        var identity = bench.IdentityOf(board.Name, BoardLogin.NewPassword()) with { Scheme = SchemeNames.Scram };
        switch (entry.Name)
        {
            case Password or Provision:
                return OfPassword(board, entry, identity, stopwatch);
            case Signature:
                await board.ProvisionAsync(identity, cancellationToken).ConfigureAwait(false);
                return await OfSignatureAsync(board, entry, ScramCredential.Create(identity.Password), stopwatch, cancellationToken).ConfigureAwait(false);
            default:
                return null;
        }
    }

    private static LeakSubject OfPassword(SerialParty board, LeakEntry entry, PartyIdentity constant, BoardStopwatch stopwatch)
    {
        var credential = ScramCredential.Create(constant.Password);
        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                var other = BoardLogin.NewPassword();
                var identity = LeakSubject.IsSecond(which) ? constant with { Password = other } : constant;
                if (entry.Name == Provision)
                {
                    durations[0] = await stopwatch.TimeAsync(async c => await board.ProvisionTimedAsync(identity, c).ConfigureAwait(false), stop).ConfigureAwait(false);
                    return;
                }

                await board.ProvisionAsync(identity, stop).ConfigureAwait(false);

                // The board sends its proof before it knows whether the other end holds the same password.
                var (scram, server, _) = await BeginAsync(board, credential, stop).ConfigureAwait(false);
                durations[0] = await stopwatch.TimeAsync(async c => (await scram.StepAsync(server.Challenge, c).ConfigureAwait(false)).Ticks, stop).ConfigureAwait(false);
            },
            () => board.ResetAsync(CancellationToken.None));
    }

    private static async ValueTask<LeakSubject> OfSignatureAsync(
        SerialParty board, LeakEntry entry, ScramCredential credential, BoardStopwatch stopwatch, CancellationToken cancellationToken)
    {
        // A right one first: a board that refuses everything shows nothing.
        var (right, accepted) = await ProveAsync(board, credential, cancellationToken).ConfigureAwait(false);
        await right.FinishAsync(accepted.Final(), cancellationToken).ConfigureAwait(false);
        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                var (scram, server) = await ProveAsync(board, credential, stop).ConfigureAwait(false);
                var wrong = server.Signature.ToArray();
                wrong[LeakSubject.IsSecond(which) ? 0 : ^1] ^= 0x01;
                var message = Encoding.ASCII.GetBytes($"v={Convert.ToBase64String(wrong)}");
                durations[0] = await stopwatch.TimeRefusalAsync(
                    $"a wrong signature at {board.Name}", async c => await scram.FinishAsync(message, c).ConfigureAwait(false), stop).ConfigureAwait(false);
            },
            () => board.ResetAsync(CancellationToken.None));
    }

    private static async ValueTask<(IScramParty Scram, ScramServer Server)> ProveAsync(SerialParty board, ScramCredential credential, CancellationToken cancellationToken)
    {
        var (scram, server, _) = await BeginAsync(board, credential, cancellationToken).ConfigureAwait(false);
        var final = await scram.StepAsync(server.Challenge, cancellationToken).ConfigureAwait(false);
        return ScramClientFinal.TryDecode(final.Value, out var proof) && server.Continues(proof) && server.TryVerify(proof)
            ? (scram, server) : throw new Record.CheckFailedException($"proof of {board.Name}", "to verify", "another");
    }

    /// <summary>Begins an exchange of a provisioned board with a server in this process.</summary>
    /// <returns>The board, the server, whose challenge was not sent yet, and the ticks of the first message.</returns>
    /// <exception cref="Record.CheckFailedException">The board's first message is none.</exception>
    public static async ValueTask<(IScramParty Scram, ScramServer Server, long? Ticks)> BeginAsync(SerialParty board, ScramCredential credential, CancellationToken cancellationToken)
    {
        var scram = board.Scram ?? throw new PartyRefusedException(board.Name, PartyRefusal.Unsupported, $"scheme {SchemeNames.Scram}");
        var first = await scram.InitAsync(cancellationToken).ConfigureAwait(false);
        return ScramClientFirst.TryDecode(first.Value, out var read)
            ? (scram, new ScramServer(read, credential), first.Ticks) : throw new Record.CheckFailedException($"first message of {board.Name}", "a client-first-message", "another");
    }
}
