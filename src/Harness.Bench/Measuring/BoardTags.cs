using static Harness.Bench.Devices.BoardNames;

namespace Harness.Bench.Measuring;

/// <summary>
/// Leak subjects on a board that compare a secret tag with a received one: wrong in its first or in its last byte, which reveals a comparison
/// that stops early.
/// </summary>
internal static class BoardTags
{
    private const string Topic = "harness/leak";
    private const string Authenticator = "aug-tag";
    private const string Proof = "aug-proof";
    private const string Hop = "hop-tag";
    private const string Last = "wrong in its last byte; in its first";

    /// <summary>The subjects that the board's ID allows.</summary>
    public static IEnumerable<LeakEntry> Entries(BoardInfo info)
    {
        if (info.Groups.Count == 0)
        {
            yield break;
        }

        var (group, cost) = info.Groups.Contains("p256") ? ("p256", LeakCost.P256) : (info.Groups[0], BoardLeaks.CostOf(info.Groups[0]));
        yield return new(Authenticator, $"AUG.FINISH, the board's V_S against one {Last} ({group})", cost);
        if (info.Roles.Contains("server"))
        {
            yield return new(Proof, $"AUG.STEP of role server, V_C against one {Last} ({group})", cost);
        }

        if (info.Schemes.Contains(SchemeNames.AugMqtt))
        {
            yield return new(Hop, $"OPEN of 16 bytes by hop, the tag against one {Last}", LeakCost.Cipher);
        }
    }

    /// <summary>Opens a subject. The board must accept a right tag first, as one that refuses everything shows nothing.</summary>
    public static async ValueTask<LeakSubject> OpenAsync(
        TestBench bench, SerialParty board, LeakEntry entry, BoardStopwatch stopwatch, CancellationToken cancellationToken)
    {
        var identity = BoardLogin.Identity(bench, board);
        switch (entry.Name)
        {
            case Authenticator:
                (await BoardLogin.RunAsync(board, identity, cancellationToken).ConfigureAwait(false)).Dispose();
                return OfAuthenticator(board, entry, identity, stopwatch);
            case Proof:
                return await OfProofAsync(board, entry, identity, stopwatch, cancellationToken).ConfigureAwait(false);
            default:
                var key = await BoardLogin.RunAsync(board, identity with { Scheme = SchemeNames.AugMqtt }, cancellationToken).ConfigureAwait(false);
                return await OfHopAsync(board, entry, key, stopwatch, cancellationToken).ConfigureAwait(false);
        }
    }

    private static LeakSubject OfAuthenticator(SerialParty board, LeakEntry entry, PartyIdentity identity, BoardStopwatch stopwatch)
    {
        var verifier = BoardLogin.VerifierOf(identity);
        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                // A refusal ends the handshake, so each sample needs a new one.
                using var server = await BoardLogin.AnswerAsync(board, identity, verifier, stop).ConfigureAwait(false);
                var wrong = Spoil(server.Authenticator, which);
                durations[0] = await stopwatch.TimeRefusalAsync(
                    $"a wrong V_S at {board.Name}", async c => await board.AugFinishAsync(wrong, c).ConfigureAwait(false), stop).ConfigureAwait(false);
            },
            () => board.ResetAsync(CancellationToken.None));
    }

    private static async ValueTask<LeakSubject> OfProofAsync(
        SerialParty board, LeakEntry entry, PartyIdentity identity, BoardStopwatch stopwatch, CancellationToken cancellationToken)
    {
        var (group, profile) = (AugPakeGroup.ByName(identity.Group), AugPakeProfiles.Parse(identity.Profile));
        await board.AskAsync(
            "PROVISION",
            [
                ("role", "server"), ("client", Name(identity.Client)), ("server", Name(identity.Server)), ("group", Word(identity.Group)),
                ("profile", Word(identity.Profile)), ("W", Hex(BoardLogin.VerifierOf(identity))),
            ],
            cancellationToken).ConfigureAwait(false);

        async ValueTask<byte[]> ProveAsync(CancellationToken stop)
        {
            using var client = new AugPakeClient(group, profile, identity.Client, identity.Server, identity.Password);
            var reply = await board.AskAsync("AUG.INIT", [("X", Hex(client.Start()))], stop).ConfigureAwait(false);
            return client.Respond(Convert.FromHexString(reply.Values["Y"]));
        }

        async ValueTask StepAsync(byte[] proof, CancellationToken stop) =>
            await board.AskAsync("AUG.STEP", [("V", Hex(proof))], stop).ConfigureAwait(false);

        await StepAsync(await ProveAsync(cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                var wrong = Spoil(await ProveAsync(stop).ConfigureAwait(false), which);
                durations[0] = await stopwatch.TimeRefusalAsync($"a wrong V_C at {board.Name}", c => StepAsync(wrong, c), stop).ConfigureAwait(false);
            },
            () => board.ResetAsync(CancellationToken.None));
    }

    private static async ValueTask<LeakSubject> OfHopAsync(
        SerialParty board, LeakEntry entry, SessionKey key, BoardStopwatch stopwatch, CancellationToken cancellationToken)
    {
        using var session = key;
        var broker = new HopChannel(session.Bytes, HopDirection.FromBroker);
        await board.OpenAsync(Topic, broker.Seal(Topic, new byte[16]), cancellationToken).ConfigureAwait(false);
        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                var payload = broker.Seal(Topic, RandomNumberGenerator.GetBytes(16));
                Spoil(payload.AsSpan(^AesGcm128.TagSize..), which);
                durations[0] = await stopwatch.TimeRefusalAsync(
                    $"a payload with a wrong tag at {board.Name}", async c => await board.OpenAsync(Topic, payload, c).ConfigureAwait(false), stop).ConfigureAwait(false);
            },
            async () =>
            {
                broker.Dispose();
                await board.ResetAsync(CancellationToken.None).ConfigureAwait(false);
            });
    }

    private static byte[] Spoil(ReadOnlySpan<byte> tag, LeakClass which)
    {
        var wrong = tag.ToArray();
        Spoil(wrong.AsSpan(), which);
        return wrong;
    }

    private static void Spoil(Span<byte> tag, LeakClass which) => tag[LeakSubject.IsSecond(which) ? 0 : ^1] ^= 0x01;
}
