namespace Harness.Bench;

/// <summary>An emulated board before it is seeded: it answers <c>ID</c> and nothing else was sent to it. For scenarios about unseeded boards.</summary>
public sealed class UnseededBoard : IAsyncDisposable
{
    private readonly string _name;
    private readonly EmulatedBoard _emulator;
    private readonly ILink _link;
    private readonly BenchClient _client;

    private UnseededBoard(string name, EmulatedBoard emulator, ILink link, BenchClient client) =>
        (this._name, this._emulator, this._link, this._client) = (name, emulator, link, client);

    /// <summary>Boots a second instance of a device of the rig.</summary>
    /// <exception cref="InconclusiveException">The device is real, or its board seeds itself.</exception>
    /// <exception cref="RigErrorException">The board does not come up.</exception>
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
            var board = await OpenAsync(rig, device, emulator, options, cancellationToken).ConfigureAwait(false);
            try
            {
                var info = await board._client.WaitReadyAsync(cancellationToken).ConfigureAwait(false);
                return info.HasRng
                    ? throw new InconclusiveException($"device \"{device.Name}\"", "a board without a generator of its own", "rng=1")
                    : board;
            }
            catch
            {
                await board.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
        catch (Exception e) when (RigErrors.TryFrom(device.Name, "boot", e) is { } rigError)
        {
            throw rigError;
        }
    }

    /// <summary>Sends one request and returns the reply.</summary>
    /// <exception cref="BoardErrorException">The board answered with an error.</exception>
    /// <exception cref="BoardException">The board's line broke.</exception>
    public async ValueTask<BoardReply> AskAsync(string verb, IReadOnlyList<(string Key, string Value)> arguments, CancellationToken cancellationToken) =>
        await _client.AskAsync(verb, arguments, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync().ConfigureAwait(false);
        await _link.DisposeAsync().ConfigureAwait(false);
        await _emulator.DisposeAsync().ConfigureAwait(false);
    }

    private static async ValueTask<UnseededBoard> OpenAsync(RigFile rig, BenchDevice device, EmulatedBoard emulator, TestBenchOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var link = await EmulatedLine.OpenAsync(emulator, device.Entry, options.OpenLink, cancellationToken).ConfigureAwait(false);
            return new UnseededBoard(device.Name, emulator, link, new BenchClient(link, new BenchClientOptions
            {
                Board = device.Name, Reply = rig.ReplyOf(device.Entry), Boot = rig.Timeouts.Boot, Transcript = device.Transcript, Time = options.Time, WhyEnded = emulator.LastWordsAsync,
            }));
        }
        catch
        {
            await emulator.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
