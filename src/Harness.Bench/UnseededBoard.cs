using Harness.Record;

namespace Harness.Bench;

/// <summary>An emulated board as it comes up: it answers <c>ID</c> and nobody has seeded it. For scenarios about exactly that.</summary>
public sealed class UnseededBoard : IAsyncDisposable
{
    private readonly EmulatedBoard emulator;
    private readonly BenchClient client;

    private UnseededBoard(EmulatedBoard emulator, BenchClient client) => (this.emulator, this.client) = (emulator, client);

    /// <summary>Boots a second copy of a device of the rig.</summary>
    /// <exception cref="InconclusiveException">The device is real, or its board seeds itself.</exception>
    /// <exception cref="RigErrorException">It does not come up.</exception>
    public static async Task<UnseededBoard> BootAsync(RigFile rig, BenchDevice device, TestBenchOptions options, CancellationToken cancellationToken)
    {
        if (!device.IsEmulated)
        {
            throw new InconclusiveException($"device \"{device.Name}\"", "an emulated board that can be started unseeded", "no emulator");
        }

        try
        {
            var image = device.Entry.Elf!;
            var emulator = await EmulatedBoard.StartAsync(
                device.Entry, image, options.LeashPath ?? FirmwarePaths.Leash(image, rig.Path), rig.Timeouts.Boot, cancellationToken).ConfigureAwait(false);
            var client = new BenchClient(
                options.OpenLink(emulator.PtyPath, device.Entry.Baud),
                new BenchClientOptions { Board = device.Name, Reply = rig.Timeouts.Reply, Boot = rig.Timeouts.Boot, Transcript = device.Transcript, Time = options.Time });
            var board = new UnseededBoard(emulator, client);
            var info = await client.WaitReadyAsync(cancellationToken).ConfigureAwait(false);
            if (info.HasRng)
            {
                await board.DisposeAsync().ConfigureAwait(false);
                throw new InconclusiveException($"device \"{device.Name}\"", "a board without a generator of its own", "rng=1");
            }

            return board;
        }
        catch (Exception e) when (RigErrors.TryFrom(device.Name, "boot", e) is { } rigError)
        {
            throw rigError;
        }
    }

    /// <summary>Asks one verb.</summary>
    /// <exception cref="BoardErrorException">The board answered with an error.</exception>
    public ValueTask<BoardReply> AskAsync(string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken) =>
        client.AskAsync(verb, arguments, cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync().ConfigureAwait(false);
        await emulator.DisposeAsync().ConfigureAwait(false);
    }
}
