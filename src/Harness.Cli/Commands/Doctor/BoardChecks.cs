using Harness.Bench.Devices;
using Harness.Bench.Measuring;
using Harness.Hardware;

namespace Harness.Cli.Commands.Doctor;

/// <summary>Checks of a real board that answers: its firmware against the image, and its trigger against the line that the rig names.</summary>
internal static class BoardChecks
{
    private static readonly TimeSpan EdgeWait = TimeSpan.FromSeconds(1);

    /// <summary>Compares the build that a board tells with the image of the rig: an image holds its own hash.</summary>
    /// <param name="device">The device.</param>
    /// <param name="build">The build of its <c>ID</c>.</param>
    /// <param name="rig">The rig file as typed.</param>
    public static Finding? Firmware(DeviceEntry device, string build, string rig)
    {
        if (device.Driver != BoardDriver.Tty || device.Elf is not { } image || !File.Exists(image) || build.Length == 0)
        {
            return null;
        }

        var component = $"firmware of {device.Name}";
        return File.ReadAllBytes(image).AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(build)) >= 0
            ? Finding.Ok(component, $"build {build} is that of {ProductPaths.Display(image)}")
            : Finding.Warning(component, $"build {build} is not that of {ProductPaths.Display(image)}", $"./harness flash {ShellWord.Quote(device.Name)} --rig {ShellWord.Quote(rig)}");
    }

    /// <summary>Has a board raise its trigger and looks for the pulse on the line of the rig.</summary>
    public static async Task<Finding?> TriggerAsync(TestBench bench, DeviceEntry device, CancellationToken stop)
    {
        if (device.Trigger is not { } line)
        {
            return null;
        }

        var component = $"trigger of {device.Name}";
        try
        {
            var board = await bench.GetBoardAsync(device.Name, stop);
            await using var edges = TriggerLines.Open(bench, bench.Device(device.Name))!;
            await board.TriggerAsync(false, stop);
            edges.Drain();
            await board.TriggerAsync(true, stop);
            var rise = await edges.ReadAsync(EdgeWait, stop);
            await board.TriggerAsync(false, stop);
            var fall = await edges.ReadAsync(EdgeWait, stop);
            return (rise, fall) switch
            {
                ({ Level: true }, { Level: false }) => Finding.Ok(component, $"a pulse is seen on {line} ({bench.Rig.Gpio[line].Chip} line {bench.Rig.Gpio[line].Line})"),
                (null, null) => Finding.Broken(
                    component, $"{board.Info.Trigger} was raised and lowered, and {line} ({bench.Rig.Gpio[line].Chip} line {bench.Rig.Gpio[line].Line}) saw nothing",
                    $"the wire from {board.Info.Trigger} to the line, and ground; gpiomon shows edges by hand"),
                _ => Finding.Broken(component, $"{board.Info.Trigger} was raised and lowered, and {line} saw one edge", "the wire, and ground"),
            };
        }
        catch (VerdictException e)
        {
            return Finding.Broken(component, $"expected {e.Expected}, saw {e.Seen}", e.NextCommand);
        }
        catch (HardwareException e)
        {
            return Finding.Broken(component, e.Message, e.NextCommand);
        }
    }
}
