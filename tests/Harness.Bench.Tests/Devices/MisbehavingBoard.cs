namespace Harness.Bench.Tests.Devices;

/// <summary>The faults of one line, each independent of the others; null for no fault.</summary>
internal sealed record LineHabit
{
    /// <summary>Alters a line from the harness; null drops it.</summary>
    public Func<byte[], byte[]?>? ToBoard { get; init; }

    /// <summary>Forwards one line of the board, line end included.</summary>
    public Func<MisbehavingBoard, byte[], Task>? FromBoard { get; init; }

    /// <summary>Sends further bytes to the harness until it is stopped.</summary>
    public Func<MisbehavingBoard, CancellationToken, Task>? Beside { get; init; }

    /// <summary>True to echo requests.</summary>
    public bool Echoes { get; init; }
}

/// <summary>
/// A real board's port as a pseudo-terminal behind a stable name (a link, as below /dev/serial/by-id): the posix firmware runs as a process, and a relay
/// between the two injects the given faults. It can be unplugged and come back at another node.
/// </summary>
internal sealed class MisbehavingBoard : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private CancellationTokenSource _stop = new();
    private EmulatedBoard? _firmware;
    private ILink? _board;
    private PseudoTerminal? _terminal;
    private Task _relays = Task.CompletedTask;
    private volatile LineHabit _habit = new();

    private MisbehavingBoard()
    {
    }

    /// <summary>The stable name of the port.</summary>
    public string Port => _folder.File("usb-board");

    /// <summary>The port's current node.</summary>
    public string Node => _terminal!.Path;

    /// <summary>Folder of the lock files of this board's bench.</summary>
    public string Locks => _folder.File("locks");

    /// <summary>The number of lines from the board since it was plugged in.</summary>
    public int Said { get; private set; }

    public static async Task<MisbehavingBoard> StartAsync(LineHabit? habit = null)
    {
        var board = new MisbehavingBoard { _habit = habit ?? new LineHabit() };
        await board.PlugInAsync();
        return board;
    }

    /// <summary>Creates a rig with this board as "b".</summary>
    public RigFile Rig(string more = "", string timeouts = "reply: 1 s, boot: 4 s") => RigFile.Parse(
        $"rig: r\nserver: s\ngroup: p256\ntimeouts: {{{timeouts}}}\ndevices:\n  b: {{kind: serial, driver: tty, port: {Port}, provenance: host, tick_unit: ns{more}}}\n", "/tmp/r.yaml");

    public TestBenchOptions Options(Action<string>? onWaiting = null) => new() { LockFolder = Locks, OnWaiting = onWaiting };

    /// <summary>Sets the faults of the line from now on.</summary>
    public void Behave(LineHabit habit) => _habit = habit;

    /// <summary>Powers up a board at a new node and points the stable name to it.</summary>
    public async Task PlugInAsync()
    {
        await PowerAsync();
        var former = _terminal?.Path;
        _terminal = PseudoTerminal.Create(surviveClosing: true);
        if (_terminal.Path == former)
        {
            // The kernel gives the lowest number that is free.
            await using var same = _terminal;
            _terminal = PseudoTerminal.Create(surviveClosing: true);
        }

        File.CreateSymbolicLink(Port + ".new", _terminal.Path);
        File.Move(Port + ".new", Port, overwrite: true);
        _stop = new CancellationTokenSource();
        Said = 0;
        var stop = _stop.Token;
        var (board, terminal) = (_board!, _terminal);
        _relays = Task.WhenAll(Task.Run(() => RequestsAsync(terminal, stop)), Task.Run(() => RepliesAsync(stop)), _habit.Beside?.Invoke(this, stop) ?? Task.CompletedTask);
    }

    /// <summary>Unplugs the board: the host sees a hang-up, and the stable name disappears, as udev would remove it.</summary>
    public async Task UnplugAsync()
    {
        await _stop.CancelAsync();
        await _relays;
        File.Delete(Port);
        await _terminal!.DisposeAsync();
        await _board!.DisposeAsync();
        await _firmware!.DisposeAsync();
    }

    /// <summary>Cuts the power for a moment: the line stays, the board loses its state.</summary>
    public async Task RestartAsync()
    {
        var (board, firmware) = (_board!, _firmware!);
        await PowerAsync();
        await board.DisposeAsync();
        await firmware.DisposeAsync();
    }

    public async Task SayAsync(byte[] bytes)
    {
        await _writing.WaitAsync();
        try
        {
            await _terminal!.WriteAsync(bytes, _stop.Token);
        }
        finally
        {
            _writing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_stop.IsCancellationRequested)
        {
            await UnplugAsync();
        }

        _folder.Dispose();
    }

    private async Task PowerAsync()
    {
        _firmware = await EmulatedBoard.StartAsync(
            new DeviceEntry { Name = "firmware", Kind = DeviceKind.Serial, Driver = BoardDriver.Emulator, Emulator = EmulatorDrivers.Find("posix"), TickUnit = "ns", Provenance = Record.Provenance.Host },
            TestEnvironment.Firmware("posix"), TestEnvironment.Firmware("leash"), TestEnvironment.TimeLimit, TestEnvironment.Timeout());
        _board = TtyLink.Open(_firmware.PtyPath);
    }

    private async Task RequestsAsync(PseudoTerminal terminal, CancellationToken stop)
    {
        var buffer = new byte[4096];
        try
        {
            int read;
            while ((read = await terminal.ReadAsync(buffer, stop)) > 0)
            {
                if (_habit.Echoes)
                {
                    await SayAsync(buffer[..read]);
                }

                if ((_habit.ToBoard ?? (bytes => bytes))(buffer[..read]) is { Length: > 0 } passed)
                {
                    await _board!.WriteAsync(passed, stop);
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or LinkException or ObjectDisposedException)
        {
            // Unplugged.
        }
    }

    private async Task RepliesAsync(CancellationToken stop)
    {
        var buffer = new byte[4096];
        var line = new List<byte>();
        while (!stop.IsCancellationRequested)
        {
            var board = _board!;
            try
            {
                int read;
                while ((read = await board.ReadAsync(buffer, stop)) > 0)
                {
                    foreach (var b in buffer[..read])
                    {
                        line.Add(b);
                        if (b == (byte)'\n')
                        {
                            Said++;
                            byte[] whole = [.. line];
                            line.Clear();
                            await (_habit.FromBoard?.Invoke(this, whole) ?? SayAsync(whole));
                        }
                    }
                }
            }
            catch (Exception e) when (e is OperationCanceledException or LinkException or ObjectDisposedException)
            {
                // Unplugged, or another board behind the line.
            }

            line.Clear();
            if (board == _board && !stop.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
