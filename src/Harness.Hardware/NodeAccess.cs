namespace Harness.Hardware;

/// <summary>The group whose members may open a device node.</summary>
public static class NodeAccess
{
    private const ushort AllMay = 0b000_000_110;
    private const ushort GroupMay = 0b000_110_000;

    /// <summary>Gets the group that this user has to join to open a node.</summary>
    /// <param name="path">The node, or a link to it.</param>
    /// <returns>The group's name; null where the user may open it already, where it is not there, or where no group helps.</returns>
    public static string? GroupToJoin(string path) =>
        Environment.IsPrivilegedProcess || !Libc.TryStat(path, out var status) || (status.Mode & AllMay) == AllMay || (status.Mode & GroupMay) != GroupMay || OwnGroups().Contains(status.Group)
            ? null : NodeGroup.Of(path);

    // Of the running process: a membership that was given since its login is not among them, and does not help it.
    private static HashSet<uint> OwnGroups()
    {
        try
        {
            return [.. File.ReadLines("/proc/self/status").Where(line => line.StartsWith("Gid:", StringComparison.Ordinal) || line.StartsWith("Groups:", StringComparison.Ordinal))
                .SelectMany(line => line[(line.IndexOf(':') + 1)..].Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).Select(id => uint.Parse(id, CultureInfo.InvariantCulture))];
        }
        catch (IOException)
        {
            return [];
        }
    }
}
