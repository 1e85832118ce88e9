namespace Harness.Lab.Slurm;

/// <summary>A board of a rig as Slurm counts it: one GRES.</summary>
/// <param name="Device">Its name in the rig file.</param>
/// <param name="Kind">Its kind in Slurm's letters: <c>stm32f405</c>.</param>
/// <param name="Port">Its stable device name; null for an emulated board, which is a process of each run.</param>
/// <param name="HasPower">True where the rig file says how its power is switched.</param>
public sealed record LabBoard(string Device, string Kind, string? Port, bool HasPower);

/// <summary>A machine of a lab with its boards.</summary>
/// <param name="Host">Its name.</param>
/// <param name="Address">Its address; null where the name can be looked up.</param>
/// <param name="Port">TCP port of its <c>slurmd</c>; null for Slurm's own.</param>
/// <param name="Rig">Full path of its rig file.</param>
/// <param name="Boards">Its boards in the order of the rig file, which is the order of Slurm's indices.</param>
/// <param name="Sensors">The kinds of its sensors, one entry a sensor.</param>
/// <param name="HasHardware">True where a board is a real one.</param>
public sealed record LabNode(string Host, string? Address, int? Port, string Rig, IReadOnlyList<LabBoard> Boards, IReadOnlyList<string> Sensors, bool HasHardware);

/// <summary>Everything that Slurm's files and the lab's commands are made from.</summary>
public sealed record LabPlan
{
    /// <summary>The file that it was read from.</summary>
    public required string File { get; init; }

    /// <summary>The lab's name.</summary>
    public required string Name { get; init; }

    /// <summary>The machines.</summary>
    public required IReadOnlyList<LabNode> Nodes { get; init; }

    /// <summary>The machine of <c>slurmctld</c>.</summary>
    public required string Controller { get; init; }

    /// <summary>Its address; null where the name can be looked up.</summary>
    public string? ControllerAddress { get; init; }

    /// <summary>Its TCP port; null for Slurm's own.</summary>
    public int? ControllerPort { get; init; }

    /// <summary>The folder that all machines see.</summary>
    public required string Shared { get; init; }

    /// <summary>The address of the history; null for each machine's own.</summary>
    public string? History { get; init; }

    /// <summary>Path of the program.</summary>
    public required string Program { get; init; }

    /// <summary>The folder of Slurm's configuration.</summary>
    public required string Config { get; init; }

    /// <summary>The folder of state and logs.</summary>
    public required string State { get; init; }

    /// <summary>The account of <c>slurmctld</c>.</summary>
    public required string User { get; init; }

    /// <summary>Socket of <c>munged</c>; null for Debian's.</summary>
    public string? Munge { get; init; }

    /// <summary>Time without an answer after which a machine counts as down.</summary>
    public required TimeSpan NodeTimeout { get; init; }

    /// <summary>Time between two health checks.</summary>
    public required TimeSpan HealthEvery { get; init; }

    /// <summary>Time after which a broken run begins on another rig.</summary>
    public required TimeSpan RetryAfter { get; init; }

    /// <summary>The folder of the lab's runs.</summary>
    public string Runs => System.IO.Path.Combine(Shared, "runs");

    /// <summary>The folder of notes about runs that the history lacks.</summary>
    public string Unrecorded => System.IO.Path.Combine(Shared, "unrecorded");

    /// <summary>Finds a machine.</summary>
    public LabNode? Node(string host) => Nodes.FirstOrDefault(node => node.Host == host);

    /// <summary>A word as Slurm takes it for a kind: small letters, digits and '_'.</summary>
    public static string Word(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
    }
}
