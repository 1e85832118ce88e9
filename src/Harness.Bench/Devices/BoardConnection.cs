namespace Harness.Bench.Devices;

/// <summary>The resources of a bound board: its lock or emulator, and its line. Released in the reverse order.</summary>
internal sealed class BoardConnection : IAsyncDisposable
{
    private const int EmulatorStarts = 3;
    private readonly DeviceLock? _lock;
    private readonly (string Port, string Node)? _opened;

    private BoardConnection(DeviceLock? held, EmulatedBoard? emulator, FaultInjectingLink line, (string, string)? opened) =>
        (_lock, Emulator, Line, _opened) = (held, emulator, line, opened);

    /// <summary>The emulator; null for a real board.</summary>
    public EmulatedBoard? Emulator { get; }

    /// <summary>The line.</summary>
    public FaultInjectingLink Line { get; }

    /// <summary>True if the port's name now leads to another node than when it was opened: the board was plugged in elsewhere, or enumerated anew.</summary>
    public bool HasMoved => _opened is var (port, node) && DeviceNode.Resolve(port) is var now && now != node && Path.Exists(now);

    /// <summary>Takes the lock of a real board or starts the emulator, and opens the line. A failure leaves nothing behind.</summary>
    public static async Task<BoardConnection> OpenAsync(
        RigFile rig, DeviceEntry entry, TestBenchOptions options, CancellationToken cancellationToken)
    {
        if (entry.Driver == BoardDriver.Tty)
        {
            var (held, link, node) = await new PortOpening(rig, entry, options).OpenAsync(cancellationToken).ConfigureAwait(false);
            return new BoardConnection(held, null, new FaultInjectingLink(link), (entry.Port!, node));
        }

        var image = Image(rig, entry, options);
        var leash = options.LeashPath ?? FirmwarePaths.Leash(image, rig.Path);
        for (var starts = 1; ; starts++)
        {
            var emulator = await EmulatedBoard.StartAsync(entry, image, leash, rig.Timeouts.Boot, cancellationToken).ConfigureAwait(false);
            try
            {
                return new BoardConnection(null, emulator, new FaultInjectingLink(await EmulatedLine.OpenAsync(emulator, entry, options.OpenLink, cancellationToken).ConfigureAwait(false)), null);
            }
            catch (LinkException e) when (e.Failure is LinkFailure.Busy or LinkFailure.Missing)
            {
                // The emulator ended after its terminal was named: the name is nobody's now, or another program's, to which the kernel gave the number again.
                var why = await emulator.WhyNotUpAsync(e).ConfigureAwait(false);
                await emulator.DisposeAsync().ConfigureAwait(false);
                if (starts >= EmulatorStarts)
                {
                    throw why ?? (Exception)e;
                }
            }
            catch
            {
                await emulator.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Line.DisposeAsync().ConfigureAwait(false);
        if (Emulator is not null)
        {
            await Emulator.DisposeAsync().ConfigureAwait(false);
        }

        _lock?.Dispose();
    }

    private static string Image(RigFile rig, DeviceEntry entry, TestBenchOptions options) => options.TestFirmware
        ? entry.TestElf ?? throw new EmulatorException(entry.Name, "a test firmware (test_elf) in the rig", "none", $"${{EDITOR:-nano}} {ShellWord.Quote(rig.Path)}")
        : entry.Elf!;
}
