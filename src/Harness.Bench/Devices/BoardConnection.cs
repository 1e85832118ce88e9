using Harness.Record;
namespace Harness.Bench;

/// <summary>What a board holds while it is bound: its lock or emulator, and its line. Given back in the reverse order.</summary>
internal sealed class BoardConnection : IAsyncDisposable
{
    private readonly DeviceLock? _lock;

    private BoardConnection(DeviceLock? held, EmulatedBoard? emulator, FaultyLine line) => (_lock, Emulator, Line) = (held, emulator, line);

    /// <summary>The emulator; null for a real board.</summary>
    public EmulatedBoard? Emulator { get; }

    /// <summary>The line.</summary>
    public FaultyLine Line { get; }

    /// <summary>Takes the lock of a real board, or starts the emulator, and opens the line. Nothing is left behind where that fails.</summary>
    public static async Task<BoardConnection> OpenAsync(
        RigFile rig, DeviceEntry entry, TestBenchOptions options, CancellationToken cancellationToken)
    {
        DeviceLock? held = null;
        EmulatedBoard? emulator = null;
        try
        {
            if (entry.Driver == BoardDriver.Tty)
            {
                held = DeviceLock.Take(entry.Name, entry.Port!, options.LockFolder, options.Time);
            }
            else
            {
                var image = Image(rig, entry, options);
                var leash = options.LeashPath ?? FirmwarePaths.Leash(image, rig.Path);
                emulator = await EmulatedBoard.StartAsync(entry, image, leash, rig.Timeouts.Boot, cancellationToken).ConfigureAwait(false);
            }

            var line = emulator is null && entry.Line != "tty"
                ? options.Drivers.Line(rig, entry.Line)(entry.Port!, entry.Baud)
                : options.OpenLink(emulator?.PtyPath ?? entry.Port!, entry.Baud);
            return new BoardConnection(held, emulator, new FaultyLine(line));
        }
        catch
        {
            if (emulator is not null)
            {
                await emulator.DisposeAsync().ConfigureAwait(false);
            }

            held?.Dispose();
            throw;
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
