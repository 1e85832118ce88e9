namespace Harness.Cli.Commands.Labs;

/// <summary>The lab of the command line: its file, and what Slurm counts of its rigs.</summary>
internal sealed record LoadedLab(LabFile File, LabPlan Plan)
{
    /// <summary>The variable that names the lab's file.</summary>
    public const string Variable = "HARNESS_LAB";

    /// <summary>The file where neither option nor variable names one: that of an installed lab.</summary>
    public const string DefaultFile = "/etc/slurm/lab.yaml";

    /// <summary>Creates the option that names the file.</summary>
    public static Option<string?> Option() => new("--lab") { Description = $"the lab's file [default: {Variable}, else {DefaultFile}]", HelpName = "LAB.yaml" };

    /// <summary>Loads the lab's file.</summary>
    /// <param name="typed">The file as typed; null for the default.</param>
    /// <exception cref="FormatException">There is none.</exception>
    public static LoadedLab Load(string? typed)
    {
        var path = typed ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } named ? named : DefaultFile);
        if (typed is null && !System.IO.File.Exists(path))
        {
            throw new FormatException($"there is no lab: {path} is no file; next: ./harness lab config --help, or --lab LAB.yaml");
        }

        var file = LabFile.Load(ProductPaths.Resolve(path));
        return new LoadedLab(file, Of(file));
    }

    /// <summary>Gets the kind of a board: the name of its firmware image, which a role's boards share over rigs; else its own name.</summary>
    public static string KindOf(DeviceEntry board) => LabPlan.Word(board.Elf is { } image ? Path.GetFileNameWithoutExtension(image) : board.Name);

    /// <summary>Gets the kind of a sensor.</summary>
    public static string KindOf(SensorEntry sensor) => LabPlan.Word(sensor.Binding?.Name ?? sensor.Kind);

    /// <summary>Gets the boards of a rig in the order of Slurm's indices.</summary>
    public static IReadOnlyList<DeviceEntry> BoardsOf(RigFile rig) => [.. rig.Devices.Values.Where(device => device.Kind == DeviceKind.Serial)];

    private static LabPlan Of(LabFile lab) => new()
    {
        File = lab.Path, Name = lab.Name, Controller = lab.Controller, ControllerAddress = lab.ControllerAddress, ControllerPort = lab.ControllerPort, Shared = lab.Shared, History = lab.History,
        Program = lab.Program, Config = lab.Config, State = lab.State, User = lab.User, Munge = lab.Munge, NodeTimeout = lab.NodeTimeout, HealthEvery = lab.HealthEvery, RetryAfter = lab.RetryAfter,
        Nodes = [.. lab.Rigs.Select(rig => new LabNode(
            rig.Host, rig.Address, rig.Port, rig.RigPath,
            [.. BoardsOf(rig.Rig).Select(board => new LabBoard(board.Name, KindOf(board), board.Driver == BoardDriver.Tty ? board.Port : null, board.Power is not null))],
            [.. rig.Rig.Sensors.Values.Select(KindOf)], rig.Rig.HasHardware))],
    };
}
