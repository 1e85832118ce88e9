namespace Harness.Bench.Devices;

/// <summary>
/// An emulated board: QEMU, simavr, or the firmware as a Linux process. It runs on a leash (rigs/firmware/hosts/leash.c) that ends it when this
/// process's end of the leash's standard input closes, so that no board outlives the harness, however the harness ended.
/// </summary>
public sealed partial class EmulatedBoard : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigUsr1 = 10;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private readonly Process _leash;
    private readonly EmulatorOutput _output;
    private readonly string _device;
    private readonly string _program;
    private volatile bool _disposed;

    private readonly EmulatedStack? _stack;

    private EmulatedBoard(string device, string program, Process leash, EmulatorOutput output, string ptyPath, int pid, TriggerEdges? edges, EmulatedStack? stack) =>
        (_device, _program, _leash, _output, PtyPath, ProcessId, Edges, _stack) = (device, program, leash, output, ptyPath, pid, edges, stack);

    /// <summary>The edges of its trigger pin; null where the emulator does not report them.</summary>
    public TriggerEdges? Edges { get; }

    /// <summary>Path of the board's pseudo-terminal.</summary>
    public string PtyPath { get; }

    /// <summary>Process id of the emulator, not of the leash.</summary>
    public int ProcessId { get; }

    /// <summary>True once the emulator has ended.</summary>
    public bool HasEnded => _disposed || _leash.HasExited;

    /// <summary>Starts a board and waits until its pseudo-terminal exists.</summary>
    /// <param name="entry">A device whose driver is an emulator.</param>
    /// <param name="image">Firmware to run.</param>
    /// <param name="leash">Path of the leash.</param>
    /// <param name="boot">Time the emulator may take to name its pseudo-terminal.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <exception cref="EmulatorException">A program or file is missing, or the emulator ended at once.</exception>
    public static async Task<EmulatedBoard> StartAsync(
        DeviceEntry entry, string image, string leash, TimeSpan boot, CancellationToken cancellationToken)
    {
        if (!File.Exists(image))
        {
            throw new EmulatorException(entry.Name, $"the firmware {image}", "no such file", FirmwarePaths.MakeCommand(image));
        }

        if (!File.Exists(leash))
        {
            throw new EmulatorException(entry.Name, $"the leash {leash}", "no such file", FirmwarePaths.MakeCommand(leash));
        }

        var edges = entry.Edges ? TriggerEdges.Create() : null;
        var stack = entry.Emulator!.TellsStack ? EmulatedStack.Create() : null;
        try
        {
            return await LeashAsync(entry, entry.Emulator.Command(entry, image, edges?.Path, stack?.Path), leash, edges, stack, boot, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            edges?.Dispose();
            stack?.Dispose();
            throw;
        }
    }

    private static async Task<EmulatedBoard> LeashAsync(
        DeviceEntry entry, string[] command, string leash, TriggerEdges? edges, EmulatedStack? stack, TimeSpan boot, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(leash, entry.Emulator!.TakesTerminal ? ["--terminal", .. command] : command)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new EmulatorException(entry.Name, $"to start {leash}", e.Message, FirmwarePaths.MakeCommand(leash), e);
        }

        try
        {
            var output = new EmulatorOutput(process);
            var terminal = await output.TerminalAsync(boot, cancellationToken).ConfigureAwait(false);
            if (terminal is null || ChildOf(process.Id) is not { } pid)
            {
                throw Ended(entry.Name, command[0], await output.LastWordsAsync().ConfigureAwait(false) ?? output.Words);
            }

            stack?.Unlink();
            return new EmulatedBoard(entry.Name, command[0], process, output, terminal, pid, edges, stack);
        }
        catch
        {
            await EndAsync(process).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Asks the emulator for the deepest stack of the board since the last time, or since power-on.</summary>
    /// <returns>Null where it does not tell.</returns>
    /// <exception cref="EmulatorException">It does not answer.</exception>
    /// <exception cref="LifecycleException">It has ended.</exception>
    internal async ValueTask<StackDepth?> StackAsync(CancellationToken cancellationToken) =>
        _stack is null ? null : await _stack.ReadAsync(_device, () => Signal(SigUsr1), cancellationToken).ConfigureAwait(false);

    /// <summary>Tells how the emulator ended and what it said, where its line has ended.</summary>
    /// <returns>Null where it still runs.</returns>
    internal ValueTask<string?> LastWordsAsync() => _disposed ? default : _output.LastWordsAsync();

    /// <summary>Gets the error for a board that does not come up because its emulator has ended.</summary>
    /// <returns>Null where it still runs.</returns>
    internal async ValueTask<EmulatorException?> WhyNotUpAsync(Exception? inner = null) =>
        await LastWordsAsync().ConfigureAwait(false) is { } words ? Ended(_device, _program, words, inner) : null;

    /// <summary>Suspends the emulator, so that the board falls silent.</summary>
    public void Freeze() => Signal(SigStop);

    /// <summary>Resumes a suspended emulator.</summary>
    public void Resume() => Signal(SigCont);

    /// <summary>Kills the emulator, as if the board had vanished.</summary>
    public void Kill() => Signal(SigKill);

    /// <summary>Ends the emulator, suspended or not, within seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_disposed)
        {
            _disposed = true;
            await EndAsync(_leash).ConfigureAwait(false);
            Edges?.Dispose();
            _stack?.Dispose();
        }
    }

    private void Signal(int signal)
    {
        // The leash reaps its child before it exits; while the leash runs, the id belongs to the emulator and no other process.
        if (HasEnded)
        {
            throw new LifecycleException(_device, signal switch { SigStop => nameof(Freeze), SigCont => nameof(Resume), SigUsr1 => nameof(StackAsync), _ => nameof(Kill) }, "ended", "a running emulator");
        }

        _ = SendSignal(ProcessId, signal);
    }

    private static async Task EndAsync(Process leash)
    {
        try
        {
            leash.StandardInput.Close();
        }
        catch (IOException)
        {
            // The pipe broke: the leash has ended already.
        }

        using var bounded = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        try
        {
            await leash.WaitForExitAsync(bounded.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The kernel kills its child with it (PR_SET_PDEATHSIG).
            leash.Kill();
        }

        leash.Dispose();
    }

    private static EmulatorException Ended(string device, string program, string words, Exception? inner = null) => new(
        device, $"{Path.GetFileName(program)} to run the board", words, program == "qemu-system-arm" ? "qemu-system-arm --version" : FirmwarePaths.MakeCommand(program), inner);

    private static int? ChildOf(int parent)
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid))
            {
                continue;
            }

            try
            {
                // pid (name) state ppid ...; the name may hold spaces and brackets.
                var stat = File.ReadAllText($"{folder}/stat");
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                if (int.Parse(fields[1], CultureInfo.InvariantCulture) == parent)
                {
                    return pid;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The process ended meanwhile.
            }
        }

        return null;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int pid, int signal);
}
