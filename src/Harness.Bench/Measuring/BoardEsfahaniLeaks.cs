using Harness.Schemes.Esfahani;

namespace Harness.Bench.Measuring;

/// <summary>Leak subjects of esfahani-2019 on a board: the sensor's secret in both of its messages, and its check of message 2.</summary>
internal static class BoardEsfahaniLeaks
{
    private const string FirstKey = "esfahani-first";
    private const string SecondKey = "esfahani-second";
    private const string Tag = "esfahani-tag";
    private const string Client = "sensor";

    /// <summary>The subjects that the board's ID allows.</summary>
    /// <param name="info">The board's ID.</param>
    /// <param name="missing">The reason for which no trigger is watched; null where one is.</param>
    public static IEnumerable<LeakEntry> Entries(BoardInfo info, string? missing)
    {
        if (!info.Schemes.Contains(SchemeNames.Esfahani2019))
        {
            yield break;
        }

        yield return new(FirstKey, "message 1 of a sensor: one fixed registration; another each time", LeakCost.Hash);
        yield return new(SecondKey, "message 2 to message 3: one fixed registration; another each time", LeakCost.Hash);
        yield return new(Tag, "message 2, its hash wrong in its last byte; in its first", LeakCost.Hash) { NeedsTrigger = true, Missing = missing };
    }

    /// <summary>Opens a subject; null for one of another scheme.</summary>
    public static LeakSubject? Open(SerialParty board, LeakEntry entry, BoardStopwatch stopwatch)
    {
        if (entry.Name is not (FirstKey or SecondKey or Tag) || board.Esfahani is not { } sensor)
        {
            return null;
        }

        using var server = new EsfahaniServer();
        var (router, constant) = (server.CreateRouter(), server.Register(Client));
        return new LeakSubject(
            entry,
            async (which, durations, stop) =>
            {
                // f1 is drawn, as another x of the server would make it; PSK stays, so that the one router knows all.
                var f1 = RandomNumberGenerator.GetBytes(EsfahaniFormulas.Size);
                var other = new EsfahaniCredentials(Client, EsfahaniFormulas.H(f1), EsfahaniFormulas.Xor(router.HandOut(), f1));
                await sensor.PutAsync(entry.Name != Tag && LeakSubject.IsSecond(which) ? other : constant, stop).ConfigureAwait(false);
                byte[] first = [];
                var begin = async (CancellationToken c) =>
                {
                    var message = await sensor.FirstAsync(c).ConfigureAwait(false);
                    first = message.Value;
                    return message.Ticks;
                };
                if (entry.Name == FirstKey)
                {
                    durations[0] = await stopwatch.TimeAsync(c => new(begin(c)), stop).ConfigureAwait(false);
                    return;
                }

                await begin(stop).ConfigureAwait(false);
                using var login = router.Take(first) ?? throw new Record.CheckFailedException($"message 1 of {board.Name}", "to be taken", "refused");
                if (entry.Name == SecondKey)
                {
                    durations[0] = await stopwatch.TimeAsync(async c => (await sensor.SecondAsync(login.Second, c).ConfigureAwait(false)).Ticks, stop).ConfigureAwait(false);
                    return;
                }

                var wrong = login.Second.ToArray();
                wrong[LeakSubject.IsSecond(which) ? ^EsfahaniFormulas.Size : ^1] ^= 0x01;
                durations[0] = await stopwatch.TimeRefusalAsync(
                    $"a wrong message 2 at {board.Name}", async c => await sensor.SecondAsync(wrong, c).ConfigureAwait(false), stop).ConfigureAwait(false);
            },
            () => board.ResetAsync(CancellationToken.None));
    }
}
