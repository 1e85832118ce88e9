namespace Harness.Hardware.Links;

/// <summary>A process that has a device open.</summary>
/// <param name="ProcessId">Its process id.</param>
/// <param name="Command">Its command name; "?" when it ended meanwhile.</param>
public readonly record struct DeviceHolder(int ProcessId, string Command)
{
    /// <summary>Gets text for a message: <c>picocom (process 4711)</c>.</summary>
    public override string ToString() => ProcessId == Environment.ProcessId
        ? $"this process ({ProcessId})"
        : $"{Command} (process {ProcessId})";
}

/// <summary>Finds the processes that hold a device, from /proc.</summary>
public static class DeviceHolders
{
    /// <summary>
    /// Processes that hold a lock on the node or, when there is none, have it open. Processes of other users show only their locks,
    /// unless this one is root; so an empty list does not prove the device free.
    /// </summary>
    public static IReadOnlyList<DeviceHolder> Find(string path)
    {
        var holders = Locks(path);
        if (holders.Count == 0)
        {
            holders = ProcessesHolding(path);
        }

        return [.. holders.Distinct().Order().Select(id => new DeviceHolder(id, CommandOf(id)))];
    }

    /// <summary>
    /// Other processes that have the node open, and so may read a board's output before this one does. The program behind a
    /// pseudo-terminal, which holds its other end, is not counted. Processes of other users are visible only to root.
    /// </summary>
    public static IReadOnlyList<DeviceHolder> Others(string path) =>
        [.. ProcessesHolding(path).Where(id => id != Environment.ProcessId && !HoldsOtherEnd(id, NodePath.Resolve(path))).Order().Select(id => new DeviceHolder(id, CommandOf(id)))];

    /// <summary>True where a process is the program behind a pseudo-terminal: it holds the other end, and takes no board's line from anybody.</summary>
    /// <param name="holder">The process.</param>
    /// <param name="path">The terminal, or a link to it.</param>
    public static bool IsBehind(DeviceHolder holder, string path) => HoldsOtherEnd(holder.ProcessId, NodePath.Resolve(path));

    // fdinfo of /dev/ptmx names the terminal that it is the other end of: "tty-index:	5" is /dev/pts/5.
    private static bool HoldsOtherEnd(int process, string target)
    {
        const string Terminals = "/dev/pts/";
        if (!target.StartsWith(Terminals, StringComparison.Ordinal))
        {
            return false;
        }

        try
        {
            return Directory.EnumerateFiles($"/proc/{process}/fdinfo")
                .Any(info => Lines(info).Any(line => line.StartsWith("tty-index:", StringComparison.Ordinal) && line["tty-index:".Length..].Trim() == target[Terminals.Length..]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // "5: FLOCK  ADVISORY  WRITE 17240 00:1a:3 0 EOF": process, then major:minor (hex) and inode of the node.
    private static List<int> Locks(string path)
    {
        var holders = new List<int>();
        if (!Libc.TryStat(path, out var node))
        {
            return holders;
        }

        var key = string.Create(CultureInfo.InvariantCulture, $"{node.DeviceMajor:x2}:{node.DeviceMinor:x2}:{node.Inode}");
        foreach (var line in Lines("/proc/locks"))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length >= 6 && words[1] == "FLOCK" && words[5] == key
                && int.TryParse(words[4], CultureInfo.InvariantCulture, out var id) && id > 0)
            {
                holders.Add(id);
            }
        }

        return holders;
    }

    private static List<int> ProcessesHolding(string path)
    {
        var target = NodePath.Resolve(path);
        var holders = new List<int>();
        foreach (var process in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(process), CultureInfo.InvariantCulture, out var id) && HasOpen(process, target))
            {
                holders.Add(id);
            }
        }

        return holders;
    }

    private static bool HasOpen(string process, string target)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(process + "/fd")
                .Any(fd => new FileInfo(fd).LinkTarget == target);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // another user's process, or it ended meanwhile
        }
    }

    private static string CommandOf(int id) => Lines($"/proc/{id}/comm").FirstOrDefault() ?? "?";

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
