using Harness.Schemes.Hardened;

namespace Harness.Bench.Measuring;

/// <summary>Leak subjects of hardened on a board: its password in a login under a pseudonym, an epoch's key, and what it says and its check of what it reads, under either cipher.</summary>
/// <remarks>A publisher draws TK itself: the key is a secret of the test where the board reads, and a publisher in this process sends it the TK of each class as it sends any.</remarks>
internal static class BoardHardenedLeaks
{
    private const string Password = "hardened-password";
    private const string Key = "hardened-key";
    private const string Data = "hardened-data";
    private const string Tag = "hardened-tag";
    private const string Ascon = "-ascon";

    /// <summary>The subjects that the board's ID allows.</summary>
    /// <param name="info">The board's ID.</param>
    /// <param name="missing">The reason for which no trigger is watched; null where one is.</param>
    public static IEnumerable<LeakEntry> Entries(BoardInfo info, string? missing)
    {
        if (!info.Schemes.Contains(SchemeNames.Hardened))
        {
            yield break;
        }

        yield return new(Password, "AUG.STEP under a pseudonym, Y to V_C: one fixed password; another each time", LeakCost.P256);
        foreach (var (suffix, cipher) in ((string, string)[])[("", "PRESENT-128-EAX"), (Ascon, "Ascon-AEAD128")])
        {
            yield return new(Key + suffix, $"OPEN of 16 bytes, the first of an epoch, {cipher}: under one fixed TK; under a random TK each time", LeakCost.Hash);
            yield return new(Data + suffix, $"SEAL of 16 bytes in an epoch, {cipher}: of one fixed text; of a random text each time", LeakCost.Cipher);
            yield return new(Tag + suffix, $"OPEN of 16 bytes in an epoch, {cipher}: the tag wrong in its last byte; in its first", LeakCost.Cipher) { NeedsTrigger = true, Missing = missing };
        }
    }

    /// <summary>Opens a subject; null for one of another scheme.</summary>
    public static async ValueTask<LeakSubject?> OpenAsync(TestBench bench, SerialParty board, LeakEntry entry, BoardStopwatch stopwatch, CancellationToken cancellationToken)
    {
        if (entry.Name == Password)
        {
            return OfPassword(bench, board, entry, stopwatch);
        }

        if (entry.Name is not (Key or Data or Tag or Key + Ascon or Data + Ascon or Tag + Ascon))
        {
            return null;
        }

        var cipher = entry.Name.EndsWith(Ascon, StringComparison.Ordinal) ? HardenedCipher.Ascon : HardenedCipher.PresentEax;
        var seals = entry.Name is Data or Data + Ascon;
        var pair = await HardenedPair.OpenAsync(bench, board, board.Name, cipher, publishes: seals, cancellationToken).ConfigureAwait(false);
        var (text, topicKey) = (new byte[16], RandomNumberGenerator.GetBytes(HardenedKeys.TopicKeySize));
        if (!seals)
        {
            // A right one first: a board that refuses everything shows nothing.
            await pair.OpenAsync(await pair.SealByPartnerAsync(text, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await pair.SealAsync(text, cancellationToken).ConfigureAwait(false); // the first of an epoch makes what later ones use again
        }

        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                var other = RandomNumberGenerator.GetBytes(text.Length);
                if (seals)
                {
                    durations[0] = await stopwatch.TimeAsync(async c => (await pair.SealAsync(LeakSubject.IsSecond(which) ? other : text, c).ConfigureAwait(false)).Ticks, stop).ConfigureAwait(false);
                    return;
                }

                if (!entry.NeedsTrigger)
                {
                    await pair.BeginEpochAsync(LeakSubject.IsSecond(which) ? other : topicKey, stop).ConfigureAwait(false);
                    var sealedText = await pair.SealByPartnerAsync(text, stop).ConfigureAwait(false);
                    durations[0] = await stopwatch.TimeAsync(async c => (await pair.OpenAsync(sealedText, c).ConfigureAwait(false)).Ticks, stop).ConfigureAwait(false);
                    return;
                }

                var payload = await pair.SealByPartnerAsync(other, stop).ConfigureAwait(false);
                payload[LeakSubject.IsSecond(which) ? ^cipher.TagSize : ^1] ^= 0x01;
                durations[0] = await stopwatch.TimeRefusalAsync(
                    $"a message with a wrong tag at {board.Name}", async c => await pair.OpenAsync(payload, c).ConfigureAwait(false), stop).ConfigureAwait(false);
            },
            pair.DisposeAsync);
    }

    private static LeakSubject OfPassword(TestBench bench, SerialParty board, LeakEntry entry, BoardStopwatch stopwatch)
    {
        var group = AugPakeGroup.P256;
        var memory = new HardenedMemory();
        memory.Provision(1, 1);
        var constant = bench.IdentityOf(board.Name, BoardLogin.NewPassword(), group.Name, AugPakeProfile.Framed.Name()) with
        {
            Scheme = SchemeNames.Hardened, Hardened = new HardenedIdentity(HardenedCipher.PresentEax, RandomNumberGenerator.GetBytes(16), memory, "harness/leak"),
        };
        var y = group.PowerOfGenerator(group.DrawScalar());
        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                var other = BoardLogin.NewPassword();
                await board.ProvisionAsync(LeakSubject.IsSecond(which) ? constant with { Password = other } : constant, stop).ConfigureAwait(false);
                await board.Pairs!.PseudonymAsync(stop).ConfigureAwait(false); // a login has a name of its own
                await board.AugInitAsync(stop).ConfigureAwait(false);

                // As with the other passwords, any element will do for Y: V_C goes out before the board knows the other end.
                durations[0] = await stopwatch.TimeAsync(
                    async c => (await board.AugStepAsync(constant.Server, y, c).ConfigureAwait(false)).Ticks, stop).ConfigureAwait(false);
            },
            () => board.ResetAsync(CancellationToken.None));
    }
}
