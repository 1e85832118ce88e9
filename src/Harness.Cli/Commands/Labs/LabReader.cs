using YamlDotNet.RepresentationModel;

namespace Harness.Cli.Commands.Labs;

/// <summary>A rig of a lab: the machine that its boards are plugged into, and its rig file.</summary>
/// <param name="Host">The machine's name, which is its name in Slurm too.</param>
/// <param name="RigPath">Full path of the rig file, the same on every machine of the lab.</param>
/// <param name="Rig">The rig.</param>
/// <param name="Address">Its address; null where the name can be looked up.</param>
/// <param name="Port">TCP port of its <c>slurmd</c>; null for Slurm's own.</param>
internal sealed record LabRig(string Host, string RigPath, RigFile Rig, string? Address, int? Port);

/// <summary>Reads a lab's file, as strictly as a rig file: what Slurm's files are made from, and the rigs themselves.</summary>
internal static class LabReader
{
    private const string Kind = "lab";

    /// <summary>Reads a lab and the rigs that it names.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="RigFileException">The file or a rig file is missing, unreadable, or invalid.</exception>
    public static LoadedLab Load(string path) => RigReader.Load(path, text => Parse(text, path), Kind);

    /// <summary>Reads a lab from text; rigs are read from their files.</summary>
    /// <exception cref="RigFileException">The text or a rig file is invalid.</exception>
    public static LoadedLab Parse(string text, string path)
    {
        var full = Path.GetFullPath(path);
        var root = new RigSection(path, MergeKeys.Expand(RigReader.Document(text, path, Kind), path), "the lab").Allow(
            "lab", "controller", "controller_address", "controller_port", "shared", "history", "program", "config", "state", "user", "munge", "node_timeout", "health_every", "retry_after", "rigs");
        var rigs = ReadRigs(root, path, Path.GetDirectoryName(full)!);
        return new LoadedLab(rigs, new LabPlan
        {
            File = full,
            Name = Word(root, "lab"),
            Nodes = [.. rigs.Select(Node)],
            Controller = root.Get("controller") is null ? rigs[0].Host : Word(root, "controller"),
            ControllerAddress = root.Get("controller_address") is null ? null : Word(root, "controller_address"),
            ControllerPort = root.Get("controller_port") is null ? null : root.Number("controller_port", 1, 65535),
            Shared = Folder(root, "shared", null),
            History = root.Get("history") is null ? null : History(root),
            Program = Folder(root, "program", "/usr/bin/harness"),
            Config = Folder(root, "config", "/etc/slurm"),
            State = Folder(root, "state", "/var/lib/harness-lab"),
            User = root.Get("user") is null ? "slurm" : Word(root, "user"),
            Munge = root.Get("munge") is null ? null : Folder(root, "munge", null),
            NodeTimeout = root.Duration("node_timeout", TimeSpan.FromSeconds(60)),
            HealthEvery = root.Duration("health_every", TimeSpan.FromMinutes(5)),
            RetryAfter = root.Duration("retry_after", TimeSpan.FromSeconds(10)),
        });
    }

    private static LabNode Node(LabRig rig) => new(
        rig.Host, rig.Address, rig.Port, rig.RigPath,
        [.. LoadedLab.BoardsOf(rig.Rig).Select(board => new LabBoard(board.Name, LoadedLab.KindOf(board), board.Driver == BoardDriver.Tty ? board.Port : null, board.Power is not null))],
        [.. rig.Rig.Sensors.Values.Select(LoadedLab.KindOf)], rig.Rig.HasHardware);

    private static List<LabRig> ReadRigs(RigSection root, string path, string folder)
    {
        if (root.Require("rigs") is not YamlSequenceNode { Children: { Count: > 0 } entries })
        {
            throw root.At("rigs", "rigs of the lab must be a list of \"host:\" and \"rig:\", one for each machine");
        }

        var rigs = new List<LabRig>();
        foreach (var entry in entries)
        {
            var section = new RigSection(path, entry, "a rig of the lab").Allow("host", "rig", "address", "port");
            var host = Word(section, "host");
            if (rigs.Exists(rig => string.Equals(rig.Host, host, StringComparison.OrdinalIgnoreCase)))
            {
                throw section.At("host", $"host \"{host}\" stands twice: a machine has one rig file, which may name many boards");
            }

            var rig = Path.GetFullPath(section.Text("rig"), folder);
            RefuseSpaces(section, "rig", rig);
            rigs.Add(new LabRig(
                host, rig, RigFile.Load(rig), section.Get("address") is null ? null : Word(section, "address"), section.Get("port") is null ? null : section.Number("port", 1, 65535)));
        }

        return rigs;
    }

    // Slurm's files separate by blanks, commas and brackets, and know no quotes.
    private static string Word(RigSection section, string key) =>
        section.Text(key) is var word && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? word
            : throw section.At(key, $"{key} of {section.Description} must be letters, digits, '-', '_' and '.', but is \"{word}\"");

    // Each machine opens it from another folder, and every submitter may read this file.
    private static string History(RigSection section)
    {
        var address = section.Text("history");
        return HistoryAddress.IsServer(address) ? HistoryAddress.FaultOf(address) is { } fault ? throw section.At("history", $"history of the lab: {fault}") : address
            : Path.IsPathRooted(address) || address == HistoryAddress.Off ? address
            : throw section.At("history", $"history of the lab must be postgresql://USER@HOST/DATABASE, a full path, or off, but is \"{address}\"");
    }

    private static string Folder(RigSection section, string key, string? otherwise)
    {
        var path = section.Get(key) is null && otherwise is not null ? otherwise : section.Text(key);
        RefuseSpaces(section, key, path);
        return Path.IsPathRooted(path) ? path.TrimEnd('/')
            : throw section.At(key, $"{key} of {section.Description} must be a full path, the same on every machine, but is \"{path}\"");
    }

    private static void RefuseSpaces(RigSection section, string key, string path)
    {
        if (path.AsSpan().IndexOfAny(" \t,#'\"\\()[]%=") >= 0)
        {
            throw section.At(key, $"{key} of {section.Description} is \"{path}\"; Slurm's files take no path with blanks, quotes or one of , # \\ ( ) [ ] % =");
        }
    }
}
