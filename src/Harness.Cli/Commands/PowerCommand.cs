using Harness.Bench.Power;

namespace Harness.Cli.Commands;

/// <summary><c>harness power</c>: switches the supply or the reset of a real board.</summary>
internal static class PowerCommand
{
    private static readonly string[] Actions = ["cycle", "off", "on"];

    /// <summary>This program as a command line, for the guard that restores a board's power when the program ends.</summary>
    public static IReadOnlyList<string> Program => Environment.ProcessPath is not { } path ? []
        : Path.GetFileNameWithoutExtension(path) == "dotnet" ? [path, typeof(PowerCommand).Assembly.Location] : [path];

    public static Command Create()
    {
        var action = new Argument<string>("ACTION") { Description = "cycle (off, a while, on), off or on" };
        action.AcceptOnlyFromAmong(Actions);
        var device = new Argument<string>("DEVICE") { Description = "a device or role of the rig: board, f405, ..." };
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var duration = new Option<int>("--for") { Description = "milliseconds without power (cycle)", HelpName = "MS", DefaultValueFactory = _ => 500 };
        duration.Validators.Add(CommandHost.Between(1, 60_000));
        var wait = WaitOption.Create();
        var command = new Command("power",
            """
            Switches the supply or the reset of a real board by what the rig names under power: (RTS or DTR of its serial line, a GPIO line, uhubctl, a command).
            A cycle ends with the power on, also after Ctrl-C, a crash or SIGKILL; off stays off until on.

            Exit status: 0 done; 2 usage or rig; 3 the switch does not work, or the board is held.

            Examples:
              ./harness power cycle f405 --rig rigs/pi-bench.yaml
              ./harness power cycle f405 --for 200 --rig rigs/pi-bench.yaml
              ./harness power off f405 --rig rigs/pi-bench.yaml
              ./harness power on f405 --rig rigs/pi-bench.yaml
            """) { action, device, rig, duration, wait };
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(action)!, parsed.GetValue(device)!, ProductPaths.Resolve(parsed.GetValue(rig) ?? ProductPaths.DefaultRig),
            TimeSpan.FromMilliseconds(parsed.GetValue(duration)), parsed.GetValue(wait), stop));
        return command;
    }

    private static async Task<int> RunAsync(string action, string name, string rigPath, TimeSpan duration, TimeSpan wait, CancellationToken stop)
    {
        var rig = RigFile.Load(rigPath);
        var device = DeviceArgument.Find(rig, name);
        if (device.Driver != BoardDriver.Tty)
        {
            Console.Error.WriteLine($"harness: {ForeignText.Name(device.Name)} is no real board: an emulator's power is its process; next: ./harness rig show {ShellWord.Quote(ProductPaths.Display(rigPath))}");
            return ExitCodes.Usage;
        }

        // A run on this board would see it vanish. Switching on takes no lock: it is what the guard of a run does that died while others wait.
        using var held = action == "on" ? null : await TakeAsync(device, WaitOption.Patience(rig, wait), stop);
        if (action == "cycle")
        {
            await PowerSwitch.CutAsync(rig, device, duration, Program, TimeProvider.System, stop);
        }
        else
        {
            await PowerSwitch.SetAsync(rig, device, action == "on", stop);
        }

        Console.WriteLine($"{ForeignText.Name(device.Name)}: power {(action == "cycle" ? $"off for {duration.TotalMilliseconds:0} ms, and on" : action)} by {device.Power}");
        return ExitCodes.Pass;
    }

    private static async Task<DeviceLock> TakeAsync(DeviceEntry device, TimeSpan wait, CancellationToken stop)
    {
        try
        {
            return await DeviceLock.TakeAsync(device.Name, device.Port!, wait, WaitOption.Tell, cancellationToken: stop);
        }
        catch (Exception e) when (RigErrors.TryFrom(device.Name, "power", e) is { } rig)
        {
            throw rig;
        }
    }
}
