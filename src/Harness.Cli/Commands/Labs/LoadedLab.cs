namespace Harness.Cli.Commands.Labs;

/// <summary>The lab of the command line.</summary>
/// <param name="Rigs">Its rigs in the order of its file.</param>
/// <param name="Plan">Everything that Slurm counts of them.</param>
internal sealed record LoadedLab(IReadOnlyList<LabRig> Rigs, LabPlan Plan)
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
        if (typed is null && !File.Exists(path))
        {
            throw new FormatException($"there is no lab: {path} is no file; next: ./harness lab config --help, or --lab LAB.yaml");
        }

        return LabReader.Load(ProductPaths.Resolve(path));
    }

    /// <summary>Gets the kind of a board: the name of its firmware image, which a role's boards share over rigs; else its own name.</summary>
    public static string KindOf(DeviceEntry board) => LabPlan.Word(board.Elf is { } image ? Path.GetFileNameWithoutExtension(image) : board.Name);

    /// <summary>Gets the kind of a sensor.</summary>
    public static string KindOf(SensorEntry sensor) => LabPlan.Word(sensor.Binding?.Name ?? sensor.Kind);

    /// <summary>Gets the boards of a rig in the order of Slurm's indices.</summary>
    public static IReadOnlyList<DeviceEntry> BoardsOf(RigFile rig) => [.. rig.Devices.Values.Where(device => device.Kind == DeviceKind.Serial)];
}
