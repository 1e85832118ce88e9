namespace Harness.Bench.Measuring;

/// <summary>Leak subjects on a board: operations that use a secret, and comparisons of a secret with received bytes.</summary>
/// <remarks>The secrets reach the board as they do in use: passwords by PROVISION, keys by a handshake and by a wrap under SK.</remarks>
internal static class BoardLeaks
{
    private const string Key = "present-key";
    private const string Data = "present-data";
    private const string Provision = "-provision";

    /// <summary>The subjects that the board's ID allows, with those that only lack a watched trigger.</summary>
    public static IReadOnlyList<LeakEntry> Entries(BoardInfo info, DeviceEntry device)
    {
        var entries = new List<LeakEntry>();
        if (info.Groups.Count > 0 && info.KeyBits.Count > 0)
        {
            entries.Add(new(Key, "SEAL of 16 bytes: under one fixed key; under a random key each time", LeakCost.Cipher));
            entries.Add(new(Data, "SEAL of 16 bytes: of one fixed text; of a random text each time", LeakCost.Cipher));
        }

        foreach (var group in info.Groups)
        {
            entries.Add(new(Name(group), $"AUG.STEP, Y to V_C: one fixed password; another each time ({group})", CostOf(group)));
            entries.Add(new(Name(group) + Provision, $"PROVISION: one fixed password; another of the same length each time ({group})", LeakCost.Hash));
        }

        var missing = TriggerUnavailableReason(info, device);
        entries.AddRange(BoardScramLeaks.Entries(info, missing));
        entries.AddRange(BoardEsfahaniLeaks.Entries(info, missing));
        entries.AddRange(BoardHardenedLeaks.Entries(info, missing));
        entries.AddRange(BoardTags.Entries(info).Select(entry => entry with { NeedsTrigger = true, Missing = missing }));
        return entries;
    }

    /// <summary>Opens a subject.</summary>
    public static async ValueTask<LeakSubject> OpenAsync(
        TestBench bench, SerialParty board, LeakEntry entry, BoardStopwatch stopwatch, CancellationToken cancellationToken)
    {
        var ofScheme = await BoardScramLeaks.OpenAsync(bench, board, entry, stopwatch, cancellationToken).ConfigureAwait(false)
            ?? BoardEsfahaniLeaks.Open(board, entry, stopwatch)
            ?? await BoardHardenedLeaks.OpenAsync(bench, board, entry, stopwatch, cancellationToken).ConfigureAwait(false);
        if (ofScheme is not null)
        {
            return ofScheme;
        }

        if (entry.NeedsTrigger)
        {
            return await BoardTags.OpenAsync(bench, board, entry, stopwatch, cancellationToken).ConfigureAwait(false);
        }

        if (entry.Name is not (Key or Data))
        {
            var group = board.Info.Groups.First(g => entry.Name == Name(g) || entry.Name == Name(g) + Provision);
            return Password(bench, board, entry, AugPakeGroup.ByName(group), stopwatch);
        }

        var key = await BoardLogin.RunAsync(board, BoardLogin.Identity(bench, board), cancellationToken).ConfigureAwait(false);
        return Sealing(board, entry, bench.Rig.KeyBits, key, stopwatch);
    }

    /// <summary>Gets the cost class of a group's exponentiation.</summary>
    public static LeakCost CostOf(string group) => group == "p256" ? LeakCost.P256 : LeakCost.Modexp;

    private static string? TriggerUnavailableReason(BoardInfo info, DeviceEntry device) =>
        info.Trigger == "none" ? "a refusal carries no t=, and the board has no trigger pin to time it by"
        : device.Trigger is not null || device.Emulator?.EdgeUnit is not null ? null
        : $"a refusal carries no t=, and this rig does not watch the trigger pin {info.Trigger}: wire it to a line under gpio: and put trigger: NAME at {device.Name}";

    private static string Name(string group) => group == "p256" ? "aug-password" : $"aug-password-{group.Split('-')[0]}";

    private static LeakSubject Sealing(SerialParty board, LeakEntry entry, int keyBits, SessionKey sessionKey, BoardStopwatch stopwatch)
    {
        var (fixedKey, fixedText) = (new byte[MqttPresentCipher.KeyLength], new byte[16]);
        var keyed = false;
        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                var text = fixedText;
                var (key, other) = (fixedKey, RandomNumberGenerator.GetBytes(MqttPresentCipher.KeyLength));
                if (entry.Name == Key)
                {
                    key = LeakSubject.IsSecond(which) ? other : fixedKey;
                    keyed = false;
                }
                else if (LeakSubject.IsSecond(which))
                {
                    text = other[..16];
                }

                if (!keyed)
                {
                    await board.AcceptWrapAsync(keyBits, MqttPresentCipher.Wrap(keyBits, sessionKey.Bytes, key), stop).ConfigureAwait(false);
                    keyed = true;
                }

                durations[0] = await stopwatch.TimeAsync(async c => (await board.SealAsync("harness/leak", text, c).ConfigureAwait(false)).Ticks, stop).ConfigureAwait(false);
            },
            async () =>
            {
                sessionKey.Dispose();
                await board.ResetAsync(CancellationToken.None).ConfigureAwait(false);
            });
    }

    private static LeakSubject Password(TestBench bench, SerialParty board, LeakEntry entry, AugPakeGroup group, BoardStopwatch stopwatch)
    {
        var constant = bench.IdentityOf(board.Name, BoardLogin.NewPassword(), group.Name, "as-published");
        var provision = entry.Name.EndsWith(Provision, StringComparison.Ordinal);
        var y = group.PowerOfGenerator(group.DrawScalar());
        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                var other = BoardLogin.NewPassword();
                var identity = LeakSubject.IsSecond(which) ? constant with { Password = other } : constant;
                if (provision)
                {
                    durations[0] = await stopwatch.TimeAsync(async c => await board.ProvisionTimedAsync(identity, c).ConfigureAwait(false), stop).ConfigureAwait(false);
                    return;
                }

                await board.ProvisionAsync(identity, stop).ConfigureAwait(false);
                await board.AugInitAsync(stop).ConfigureAwait(false);

                // Any element will do for Y: the board answers with V_C before it knows whether the other end knew W.
                durations[0] = await stopwatch.TimeAsync(
                    async c => (await board.AugStepAsync(identity.Server, y, c).ConfigureAwait(false)).Ticks, stop).ConfigureAwait(false);
            },
            () => board.ResetAsync(CancellationToken.None));
    }
}
