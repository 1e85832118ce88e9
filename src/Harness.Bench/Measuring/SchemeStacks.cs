using Harness.Schemes.Esfahani;
using Harness.Sessions.Testbed;

namespace Harness.Bench.Measuring;

/// <summary>The deepest stack of a board by scheme: while it logs in and seals a message, and while it logs in and opens one.</summary>
public static class SchemeStacks
{
    private const string Topic = "lab/stack";
    private const int Reading = 16; // bytes

    /// <summary>The group in which a board runs a scheme on a rig; empty for a scheme without one.</summary>
    public static string GroupOf(TestBench bench, string device, string scheme)
    {
        ArgumentNullException.ThrowIfNull(bench);
        return scheme == SchemeNames.Hardened ? AugPakeGroup.P256.Name
            : SchemeNames.OfAugPake.Contains(scheme) ? bench.IdentityOf(device, "").Group : "";
    }

    /// <summary>Runs a scheme on a board, against the other ends in this process.</summary>
    /// <param name="bench">The bench.</param>
    /// <param name="device">Board or role.</param>
    /// <param name="scheme">A scheme that its ID lists.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null where neither the board nor its emulator tells its stack.</returns>
    /// <exception cref="RigErrorException">The board does not come up.</exception>
    public static async Task<StackDepth?> MeasureAsync(TestBench bench, string device, string scheme, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(bench);
        var board = await bench.GetBoardAsync(device, cancellationToken).ConfigureAwait(false);
        if (await bench.StackAsync(device, cancellationToken).ConfigureAwait(false) is null)
        {
            return null;
        }

        if (scheme == SchemeNames.Esfahani2019)
        {
            await LogInAsSensorAsync(board, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            await TalkAsync(bench, device, board, scheme, publishes: true, cancellationToken).ConfigureAwait(false);
            await TalkAsync(bench, device, board, scheme, publishes: false, cancellationToken).ConfigureAwait(false);
        }

        return await bench.StackAsync(device, cancellationToken).ConfigureAwait(false);
    }

    private static async Task TalkAsync(TestBench bench, string device, SerialParty board, string scheme, bool publishes, CancellationToken cancellationToken)
    {
        // Signed, as that is the deeper one of hardened's two ways.
        var testbed = new SchemeTestbed(bench.TestbedOptions() with { Scheme = scheme, Signed = scheme == SchemeNames.Hardened, Topic = Topic, Port = 0 });
        await using (testbed.ConfigureAwait(false))
        {
            var identity = bench.IdentityOf(device, BoardLogin.NewPassword());
            identity = GroupOf(bench, device, scheme) is { Length: > 0 } group ? identity with { Group = group } : identity;
            testbed.Add(board.Name, identity, board, publishes ? DevicePart.Publisher : DevicePart.Subscriber);
            testbed.AddHost("partner", identity with { Client = "partner" }, publishes ? DevicePart.Subscriber : DevicePart.Publisher);
            await testbed.StartAsync(cancellationToken).ConfigureAwait(false);
            await testbed.LogInAsync(cancellationToken).ConfigureAwait(false);
            var reading = RandomNumberGenerator.GetBytes(Reading);
            await testbed.PublishAsync(reading, cancellationToken).ConfigureAwait(false);
            var opened = await testbed.Subscriber.ReceiveAndOpenAsync(cancellationToken).ConfigureAwait(false);
            if (!opened.Plaintext.Span.SequenceEqual(reading))
            {
                throw new Record.CheckFailedException($"message of {board.Name} by {scheme}", "to open as sealed", "other bytes");
            }
        }
    }

    private static async Task LogInAsSensorAsync(SerialParty board, CancellationToken cancellationToken)
    {
        using var server = new EsfahaniServer();
        var (router, sensor) = (server.CreateRouter(), board.Esfahani!);
        await sensor.PutAsync(server.Register("sensor"), cancellationToken).ConfigureAwait(false);
        var first = await sensor.FirstAsync(cancellationToken).ConfigureAwait(false);
        using var login = router.Take(first.Value) ?? throw new Record.CheckFailedException($"message 1 of {board.Name}", "to be taken", "refused");
        var proof = await sensor.SecondAsync(login.Second, cancellationToken).ConfigureAwait(false);
        if (login.Finish(proof.Value.Third) is null)
        {
            throw new Record.CheckFailedException($"message 3 of {board.Name}", "to be taken", "refused");
        }
    }
}
