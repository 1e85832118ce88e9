namespace Harness.Cli.Commands.Doctor;

/// <summary>Checks of a real board that answers: its firmware against the image, and its trigger against the line that the rig names.</summary>
internal static class BoardChecks
{
    private static readonly TimeSpan EdgeWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PowerCut = TimeSpan.FromMilliseconds(300);

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
            var named = $"{line} ({bench.Rig.Gpio[line].Chip} line {bench.Rig.Gpio[line].Line})";
            switch (await PulseAsync(bench, device.Name, board, stop))
            {
                case ({ Level: true }, { Level: false }):
                    return Finding.Ok(component, $"a pulse is seen on {named}");
                case (null, null):
                    var others = await GpioLineSearch.FollowersAsync(GpioChips.List().Select(chip => chip.Path), board.TriggerAsync, stop);
                    return NotThere(component, board.Info.Trigger, named, others);
                default:
                    return Finding.Broken(component, $"{board.Info.Trigger} was raised and lowered, and {line} saw one edge", "the wire, and ground");
            }
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

    /// <summary>Says where the pulses of a trigger came, as they did not come where the rig says.</summary>
    internal static Finding NotThere(string component, string pin, string named, IReadOnlyList<(string Chip, int Line)> others)
    {
        var places = string.Join(", ", others.Select(o => $"{o.Chip} line {o.Line.ToString(CultureInfo.InvariantCulture)}"));
        return others.Count == 0
            ? Finding.Broken(component, $"{pin} was raised and lowered, and neither {named} nor any other free input saw it", $"the wire from {pin} to the line, and ground; gpiomon shows edges by hand")
            : Finding.Broken(component, $"{pin} was raised and lowered, and {named} saw nothing; {places} followed it", $"name {places} under gpio: of the rig, or move the wire");
    }

    // The line is given back: the search takes it as one of many.
    private static async Task<(TriggerEdge? Rise, TriggerEdge? Fall)> PulseAsync(TestBench bench, string device, SerialParty board, CancellationToken stop)
    {
        await using var edges = TriggerLines.Open(bench, bench.Device(device))!;
        await board.TriggerAsync(false, stop);
        edges.Drain();
        await board.TriggerAsync(true, stop);
        var rise = await edges.ReadAsync(EdgeWait, stop);
        await board.TriggerAsync(false, stop);
        return (rise, await edges.ReadAsync(EdgeWait, stop));
    }

    /// <summary>Says how a board's power is switched, which a look does not try: a scenario of somebody else's may hang on it.</summary>
    public static Finding? PowerSwitch(DeviceEntry device, string rig) => device.Power is { } power
        ? Finding.Ok($"power of {device.Name}", $"by {power}; not tried (./harness doctor --power --rig {ShellWord.Quote(ProductPaths.Display(rig))})") : null;

    /// <summary>Cuts a board's power by the switch of the rig and looks whether the board restarted: its counters begin anew then.</summary>
    /// <returns>Null for a board without a switch.</returns>
    public static async Task<Finding?> PowerAsync(TestBench bench, DeviceEntry device, CancellationToken stop)
    {
        if (device.Power is null)
        {
            return null;
        }

        var component = $"power of {device.Name}";
        try
        {
            var board = await bench.GetBoardAsync(device.Name, stop);
            await board.MeasureAsync("sha256-block", 8, stop);
            var before = (await board.CountsAsync(stop)).Sha256Blocks;
            if (before == 0)
            {
                return Finding.Warning(component, "the board counts nothing, so that a restart cannot be seen", $"./harness power cycle {ShellWord.Quote(device.Name)}, and look at the board");
            }

            var target = bench.Device(device.Name);
            await target.CutPowerAsync(PowerCut, stop);
            await target.ReleaseAsync();
            var after = await CountsOfAsync(target, bench.Rig.Timeouts.Boot, stop);
            return after < before // not zero: a board that seeds itself hashes as it starts
                ? Finding.Ok(component, $"cut for {PowerCut.TotalMilliseconds:0} ms by {device.Power}, and the board restarted")
                : Finding.Broken(component, $"cut for {PowerCut.TotalMilliseconds:0} ms by {device.Power}, and the board ran on", "the wiring of the switch, and cut: of the rig, which may be the other way round");
        }
        catch (VerdictException e)
        {
            return Finding.Broken(component, $"expected {e.Expected}, saw {e.Seen}", e.NextCommand);
        }
        finally
        {
            await bench.Device(device.Name).ReleaseAsync();
        }
    }

    // The board is asked before anything is sent that wipes it.
    private static async Task<long> CountsOfAsync(BenchDevice device, TimeSpan boot, CancellationToken stop)
    {
        await device.BindAsync(stop);
        try
        {
            await using var client = new BenchClient(device.Line, new BenchClientOptions { Board = device.Name, Boot = boot, WhyEnded = device.WhyEndedAsync });
            await client.WaitReadyAsync(stop);
            return long.Parse((await client.AskAsync("COUNTS", stop)).Values["sha"], CultureInfo.InvariantCulture);
        }
        catch (BoardException e)
        {
            throw new RigErrorException($"power of {device.Name}", "the board to come back", e.Message, nextCommand: e.NextCommand, inner: e);
        }
    }
}
