namespace Harness.Bench.Power;

/// <summary>Switches the supply or the reset of a board, and sees that it comes back whatever happens to this process.</summary>
public static class PowerSwitch
{
    private static readonly TimeSpan CommandLimit = TimeSpan.FromSeconds(15);

    /// <summary>Cuts the power for a while. It is restored when the time is over, when the wait is cancelled, and by a guard when this process ends.</summary>
    /// <param name="rig">The rig.</param>
    /// <param name="board">A device with <c>power:</c>, whose serial line nobody has open.</param>
    /// <param name="duration">Time without power.</param>
    /// <param name="program">This program as a command line, for the guard; empty for none.</param>
    /// <param name="time">Clock of the wait.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <exception cref="RigErrorException">The switch does not work.</exception>
    public static async Task CutAsync(
        RigFile rig, DeviceEntry board, TimeSpan duration, IReadOnlyList<string> program, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rig);
        ArgumentNullException.ThrowIfNull(board);
        using var guard = PowerGuard.Start(rig, board, program);
        if (board.Power is { By: "gpio" } wired)
        {
            // Held meanwhile: some chips, the Raspberry Pi's among them, make an input of a line that nobody has.
            using var line = Line(rig, board, wired, on: false);
            try
            {
                await Task.Delay(duration, time, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                line.Set(!wired.CutsHigh);
                guard?.Release();
            }

            return;
        }

        try
        {
            await SetAsync(rig, board, on: false, cancellationToken).ConfigureAwait(false);
            await Task.Delay(duration, time, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await SetAsync(rig, board, on: true, CancellationToken.None).ConfigureAwait(false);
            guard?.Release(); // only now: a switch that failed leaves the guard one more try
        }
    }

    /// <summary>Switches the power on or off, and leaves it so.</summary>
    /// <exception cref="RigErrorException">The board has no switch, or it does not work.</exception>
    public static async Task SetAsync(RigFile rig, DeviceEntry board, bool on, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rig);
        ArgumentNullException.ThrowIfNull(board);
        var power = board.Power ?? throw new RigErrorException(
            $"power of {board.Name}", "a switch in the rig file (power: by rts, dtr, gpio, uhubctl or command)", "none", nextCommand: $"${{EDITOR:-nano}} {ShellWord.Quote(rig.Path)}");
        try
        {
            switch (power.By)
            {
                case "rts" or "dtr":
                    using (var line = ModemLine.Open(board.Port!, power.By))
                    {
                        line.Set(on != power.CutsHigh);
                    }

                    break;
                case "gpio":
                    Line(rig, board, power, on).Dispose(); // requested at its level, and given back: many chips keep it
                    break;
                default:
                    await RunAsync(rig, board, CommandOf(power, on)!, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
        catch (HardwareException e)
        {
            throw Broken(board, power, on, e, e.NextCommand);
        }
        catch (LinkException e)
        {
            throw Broken(board, power, on, e, e.NextCommand);
        }
    }

    private static GpioOutput Line(RigFile rig, DeviceEntry board, PowerEntry power, bool on)
    {
        try
        {
            return GpioOutput.Open(rig.Gpio[power.Gpio!].Chip, rig.Gpio[power.Gpio!].Line, on != power.CutsHigh);
        }
        catch (HardwareException e)
        {
            throw Broken(board, power, on, e, e.NextCommand);
        }
    }

    private static RigErrorException Broken(DeviceEntry board, PowerEntry power, bool on, Exception e, string next) =>
        new($"power of {board.Name}", $"{power} to switch {(on ? "on" : "off")}", e.Message, nextCommand: next, inner: e);

    /// <summary>The command line that switches; null where it takes this program.</summary>
    internal static IReadOnlyList<string>? CommandOf(PowerEntry power, bool on) => power.By switch
    {
        "uhubctl" => ["uhubctl", "-l", power.Hub!, "-p", power.Port.ToString(CultureInfo.InvariantCulture), "-a", on ? "on" : "off"],
        "command" => ["/bin/sh", "-c", (on ? power.On : power.Off)!],
        _ => null,
    };

    private static async Task RunAsync(RigFile rig, DeviceEntry board, IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        var shown = string.Join(' ', command.Select(ShellWord.Quote));
        cancellationToken.ThrowIfCancellationRequested();
        // Once it runs it is waited for, whoever gives up meanwhile: one that switches off would else do so after the one that switches on again.
        using var limit = new CancellationTokenSource(CommandLimit);
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
            {
                WorkingDirectory = Folder(rig), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
            process.StandardInput.Close();
            var (words, said) = (process.StandardError.ReadToEndAsync(limit.Token), process.StandardOutput.ReadToEndAsync(limit.Token));
            try
            {
                await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                throw Failed(board, shown, $"it did not end within {CommandLimit.TotalSeconds:0} s");
            }

            if (process.ExitCode != 0)
            {
                var last = $"{await said.ConfigureAwait(false)}\n{await words.ConfigureAwait(false)}".Trim().Split('\n')[^1];
                throw Failed(board, shown, $"status {process.ExitCode.ToString(CultureInfo.InvariantCulture)}{(last.Length == 0 ? "" : $": {ForeignText.Name(last)}")}");
            }
        }
        catch (Win32Exception e)
        {
            throw new RigErrorException(
                $"power of {board.Name}", $"the program {command[0]}", e.Message,
                nextCommand: command[0] == "uhubctl" ? "sudo apt-get install --no-install-recommends uhubctl" : $"command -v {command[0]}", inner: e);
        }
    }

    internal static string Folder(RigFile rig) => Path.GetDirectoryName(Path.GetFullPath(rig.Path)) ?? "/";

    private static RigErrorException Failed(DeviceEntry board, string command, string seen) =>
        new($"power of {board.Name}", "the command of its switch to work", seen, nextCommand: command);
}
