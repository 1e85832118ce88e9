namespace Harness.Hardware.Native;

/// <summary>Finds the group of a device node: dialout, i2c, gpio, or another by distribution.</summary>
internal static class NodeGroup
{
    /// <summary>Gets the group's name; null when unknown or when joining it would be no remedy (root).</summary>
    public static string? Of(string path)
    {
        if (!Libc.TryStat(path, out var status) || status.Group == 0)
        {
            return null;
        }

        try
        {
            foreach (var line in File.ReadLines("/etc/group"))
            {
                var fields = line.Split(':');
                if (fields.Length >= 3 && uint.TryParse(fields[2], out var id) && id == status.Group)
                {
                    return fields[0];
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }

        return null;
    }
}
