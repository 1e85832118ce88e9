using Harness.Cli.Commands.Doctor;

namespace Harness.Cli.Commands;

/// <summary><c>harness flash</c>: writes a rig's firmware image to a real board.</summary>
internal static class FlashCommand
{
    public static Command Create()
    {
        var device = new Argument<string>("DEVICE") { Description = "a device or role of the rig: board, f405, ..." };
        var rig = new Option<string>("--rig") { Description = "the rig file [default: rigs/sim.yaml]" };
        var test = new Option<bool>("--test") { Description = "the test image (test_elf), for known answers; it proves nothing about security" };
        var dry = new Option<bool>("--dry-run") { Description = "only print the lines" };
        var tool = new Option<string?>("--tool") { Description = "openocd, st-flash, avrdude or esptool [default: what fits the image]" };
        var programmer = new Option<string?>("--programmer") { Description = "OpenOCD interface or avrdude programmer: stlink, cmsis-dap, arduino, ..." };
        var part = new Option<string?>("--part") { Description = "OpenOCD target or avrdude part: stm32f4x, nrf51, m1284p, ..." };
        var wait = WaitOption.Create();
        var command = new Command("flash",
            """
            Writes the image that the rig names for a board with openocd, st-flash, avrdude or esptool, and says which lines it runs.
            The first line asks the chip and the probe what they are: where they are not the board's (chip: and probe: in the rig), nothing is written.
            An emulated board boots its image itself and needs no flashing.

            Exit status: 0 written, or nothing to do; 2 usage, rig or image; 3 a tool is missing, the board is held or another one, or the tool failed.

            Examples:
              ./harness flash f405 --rig rigs/pi-bench.yaml
              ./harness flash f405 --rig rigs/pi-bench.yaml --test
              ./harness flash f405 --rig rigs/pi-bench.yaml --tool st-flash --dry-run
            """) { device, rig, test, dry, tool, programmer, part, wait };
        command.SetAction((parsed, stop) => RunAsync(
            parsed.GetValue(device)!, ProductPaths.Resolve(parsed.GetValue(rig) ?? ProductPaths.DefaultRig), parsed.GetValue(test), parsed.GetValue(dry),
            new FlashChoice(parsed.GetValue(tool), parsed.GetValue(programmer), parsed.GetValue(part)), parsed.GetValue(wait), stop));
        return command;
    }

    private static async Task<int> RunAsync(string name, string rigPath, bool test, bool dry, FlashChoice choice, TimeSpan wait, CancellationToken stop)
    {
        var rig = RigFile.Load(rigPath);
        var device = DeviceArgument.Find(rig, name);
        if (device.Driver != BoardDriver.Tty)
        {
            Console.WriteLine(device.Kind == DeviceKind.External
                ? $"{device.Name} is a device of your own: what runs on it is yours to flash"
                : device.Kind == DeviceKind.Host
                ? $"{device.Name} runs in this process: there is nothing to flash"
                : $"{device.Name} is emulated ({Rigs.RigTable.Driver(device)}): it boots {ProductPaths.Display(device.Elf!)} itself, there is nothing to flash");
            return ExitCodes.Pass;
        }

        FlashPlan plan;
        try
        {
            var image = (test ? device.TestElf : device.Elf) ?? throw new FlashException(
                $"{device.Name} has no {(test ? "test_elf" : "elf")} in {ProductPaths.Display(rigPath)}; next: ./harness rig show {ShellWord.Quote(ProductPaths.Display(rigPath))}");
            plan = FlashPlan.For(device, image, FlashPlan.MachineOf(image), choice, MachineChecks.Find, elf => BinaryFolder.For(elf));
        }
        catch (FlashException e)
        {
            Console.Error.WriteLine($"harness: {e.Message}");
            return ExitCodes.Usage;
        }

        foreach (var line in (IReadOnlyList<string>[])[plan.Check.Line, .. plan.Lines])
        {
            Console.WriteLine(FlashPlan.Shell(line));
        }

        return dry ? ExitCodes.Pass : await ExecuteAsync(device, rigPath, plan, WaitOption.Patience(rig, wait), stop);
    }

    private static async Task<int> ExecuteAsync(DeviceEntry device, string rigPath, FlashPlan plan, TimeSpan wait, CancellationToken stop)
    {
        if (plan.Lines.Prepend(plan.Check.Line).Select(line => line[0]).FirstOrDefault(program => MachineChecks.Find(program) is null) is { } missing)
        {
            var package = missing == plan.Tool || missing == plan.Check.Line[0] ? plan.Package : "binutils-arm-none-eabi";
            Console.Error.WriteLine($"harness: {missing} is not installed; next: sudo apt-get install --no-install-recommends {package}");
            return ExitCodes.RigBroken;
        }

        // Flashing would break a run on this board, so its lock is taken. A board that is reached by debug probe only need not be plugged in here.
        using var held = Path.Exists(device.Port) ? await TakeAsync(device, wait, stop) : null;
        if (plan.Check.Refusal(await SaidAsync(plan.Check.Line, stop)) is { } refusal)
        {
            Console.Error.WriteLine(
                $"harness: {ForeignText.Name(device.Name)} was not written: {refusal}; next: {FlashPlan.Shell(plan.Check.Line)}");
            return ExitCodes.RigBroken;
        }

        foreach (var line in plan.Lines)
        {
            using var process = Process.Start(new ProcessStartInfo(line[0], line.Skip(1)))!;
            try
            {
                await process.WaitForExitAsync(stop);
            }
            catch (OperationCanceledException)
            {
                // The terminal sent the tool the same signal; a half-written image is replaced by the next flash.
                process.Kill();
                Console.Error.WriteLine($"harness: stopped while {line[0]} wrote; next: ./harness flash {ShellWord.Quote(device.Name)}");
                return ExitCodes.Aborted;
            }

            if (process.ExitCode != 0)
            {
                Console.Error.WriteLine($"harness: {line[0]} ended with status {process.ExitCode} (its words stand above); next: lsusb, then {FlashPlan.Shell(line)}");
                return ExitCodes.RigBroken;
            }
        }

        Console.WriteLine($"{device.Name} is flashed; next: ./harness doctor --rig {ShellWord.Quote(ProductPaths.Display(rigPath))}");
        return ExitCodes.Pass;
    }

    // Some tools say it on one stream, some on the other; their words are shown too, as they tell why there is no answer.
    private static async Task<string> SaidAsync(IReadOnlyList<string> line, CancellationToken stop)
    {
        using var process = Process.Start(new ProcessStartInfo(line[0], line.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var (said, words) = (process.StandardOutput.ReadToEndAsync(stop), process.StandardError.ReadToEndAsync(stop));
            await process.WaitForExitAsync(stop);
            var all = $"{await said}\n{await words}".Trim();
            await Console.Error.WriteLineAsync(ForeignText.Escape(all, ForeignText.MessageLength));
            return all;
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw;
        }
    }

    private static async Task<DeviceLock> TakeAsync(DeviceEntry device, TimeSpan wait, CancellationToken stop)
    {
        try
        {
            return await DeviceLock.TakeAsync(device.Name, device.Port!, wait, WaitOption.Tell, cancellationToken: stop);
        }
        catch (Exception e) when (RigErrors.TryFrom(device.Name, "flash", e) is { } rig)
        {
            throw rig;
        }
    }
}
