namespace Harness.Bench.Power;

/// <summary>
/// A process that switches a board's power on when this one ends before it did so itself: by SIGKILL, a crash, or a lost terminal. It sleeps on a
/// pipe from here, in a session of its own, so that a Ctrl-C does not reach it.
/// </summary>
internal sealed class PowerGuard : IDisposable
{
    // The end of the pipe without a line means that nobody switched the power on.
    private const string Script = "exec >/dev/null 2>&1; read -r released || exec \"$@\"";
    private readonly Process _process;

    private PowerGuard(Process process) => _process = process;

    /// <summary>Starts a guard for a board; null where the switch needs this program and none is given.</summary>
    /// <exception cref="RigErrorException">The guard does not start; then the power stays on.</exception>
    public static PowerGuard? Start(RigFile rig, DeviceEntry board, IReadOnlyList<string> program)
    {
        IReadOnlyList<string>? restore = PowerSwitch.CommandOf(board.Power!, on: true)
            ?? (program.Count == 0 ? null : [.. program, "power", "on", board.Name, "--rig", Path.GetFullPath(rig.Path)]);
        if (restore is null)
        {
            return null;
        }

        try
        {
            return new PowerGuard(Process.Start(new ProcessStartInfo("setsid", ["/bin/sh", "-c", Script, "power-guard", .. restore])
            {
                WorkingDirectory = PowerSwitch.Folder(rig), RedirectStandardInput = true,
            })!);
        }
        catch (Win32Exception e)
        {
            throw new RigErrorException($"power of {board.Name}", "a guard that restores it (setsid)", e.Message, nextCommand: "command -v setsid", inner: e);
        }
    }

    /// <summary>Tells the guard that the power is on.</summary>
    public void Release()
    {
        try
        {
            _process.StandardInput.WriteLine("on");
            _process.StandardInput.Flush();
        }
        catch (IOException)
        {
            // Somebody ended it; there is nothing left to restore.
        }
    }

    /// <summary>Ends the pipe: a guard that was not released switches the power on.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.Dispose();
    }
}
